// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

/// The calls that open and configure a device: rare, so made by JNA. From any thread.
public interface DeviceCalls {
    /// `O_RDWR | O_NONBLOCK | O_CLOEXEC`.
    int OPEN_FLAGS = 0x2 | 0x800 | 0x80000;

    /// The calls of this system.
    static DeviceCalls ofSystem() {
        return new JnaDeviceCalls();
    }

    /// Opens a device file for reading and writing, non-blocking, closed on exec.
    ///
    /// @return the descriptor, or an [Errno] negated
    int open(String path);

    /// `ioctl(2)` with a structure, which the kernel may change.
    ///
    /// @return what the kernel returned, or an [Errno] negated
    int ioctl(int descriptor, long request, byte[] structure);

    /// `ioctl(2)` with a number.
    ///
    /// @return what the kernel returned, or an [Errno] negated
    int ioctl(int descriptor, long request, long value);

    /// A datagram socket, for `ioctl` on interfaces.
    ///
    /// @param family [SocketCalls#AF_INET] or [SocketCalls#AF_INET6]
    /// @return the descriptor, or an [Errno] negated
    int datagramSocket(int family);

    /// The user whose rights this process has, `geteuid(2)`.
    int effectiveUser();

    /// Makes a descriptor non-blocking.
    ///
    /// @return 0, or an [Errno] negated
    int setNonBlocking(int descriptor);

    /// `close(2)`.
    void close(int descriptor);
}
