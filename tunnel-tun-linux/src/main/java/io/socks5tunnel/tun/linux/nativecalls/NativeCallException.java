// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

import java.io.IOException;
import java.io.Serial;

/// A system call that failed. The message says which, and why.
public final class NativeCallException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int errno;

    /// @param what what was tried, in words
    /// @param errno one of [Errno]'s
    public NativeCallException(String what, int errno) {
        super(what + ": " + Errno.text(errno));
        this.errno = errno;
    }

    /// Why, one of [Errno]'s.
    public int errno() {
        return errno;
    }
}
