// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

/// The call to wait for one descriptor with. Confined to one thread.
public interface PollCalls {
    /// The calls of this system.
    static PollCalls ofSystem() {
        return new ForeignPollCalls();
    }

    /// `poll(2)` of one descriptor for `POLLIN`.
    ///
    /// @param descriptor below 0 means to wait for nothing
    /// @param timeoutMillis 0 or more
    /// @return 1 if it is readable or has failed, 0 if neither came in time, or an [Errno] negated
    int awaitReadable(int descriptor, int timeoutMillis);
}
