// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

/// The calls made per packet. Each returns the kernel's answer, or an [Errno] negated. Confined to one thread.
public interface TunCalls {
    /// The calls of this system.
    static TunCalls ofSystem() {
        return new ForeignTunCalls();
    }

    /// `read(2)`.
    ///
    /// @param address where the bytes go
    /// @param length room there, bytes
    long read(int descriptor, long address, long length);

    /// `write(2)`.
    long write(int descriptor, long address, long length);

    /// `writev(2)`.
    ///
    /// @param vectors address of an array of `struct iovec`
    /// @param count entries of it, 1 to 1024
    long writev(int descriptor, long vectors, int count);
}
