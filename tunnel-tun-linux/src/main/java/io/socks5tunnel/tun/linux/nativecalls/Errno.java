// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

/// The error numbers of Linux that this module tells apart. Native calls here return them negated.
public final class Errno {
    /// Operation not permitted.
    public static final int EPERM = 1;
    /// No such file or directory.
    public static final int ENOENT = 2;
    /// Interrupted by a signal.
    public static final int EINTR = 4;
    /// Input/output error; from a TUN: the link is down.
    public static final int EIO = 5;
    /// No such device or address.
    public static final int ENXIO = 6;
    /// Argument list too long; from a TUN: too many queues.
    public static final int E2BIG = 7;
    /// Not an open descriptor.
    public static final int EBADF = 9;
    /// Would block.
    public static final int EAGAIN = 11;
    /// Out of memory.
    public static final int ENOMEM = 12;
    /// Permission denied.
    public static final int EACCES = 13;
    /// In use.
    public static final int EBUSY = 16;
    /// Exists already.
    public static final int EEXIST = 17;
    /// No such device.
    public static final int ENODEV = 19;
    /// Invalid argument.
    public static final int EINVAL = 22;
    /// Too many open files in the system.
    public static final int ENFILE = 23;
    /// Too many open files in this process.
    public static final int EMFILE = 24;
    /// Not that kind of device.
    public static final int ENOTTY = 25;
    /// The other end has closed.
    public static final int EPIPE = 32;
    /// The kernel does not know this call.
    public static final int ENOSYS = 38;
    /// The descriptor's device is gone.
    public static final int EBADFD = 77;
    /// The packet is too long.
    public static final int EMSGSIZE = 90;
    /// The socket or the way out does not know this.
    public static final int EOPNOTSUPP = 95;
    /// The kernel does not know this address family.
    public static final int EAFNOSUPPORT = 97;
    /// Network unreachable.
    public static final int ENETUNREACH = 101;
    /// Connection reset.
    public static final int ECONNRESET = 104;
    /// No buffer space.
    public static final int ENOBUFS = 105;
    /// Timed out.
    public static final int ETIMEDOUT = 110;
    /// Connection refused.
    public static final int ECONNREFUSED = 111;
    /// No route to host.
    public static final int EHOSTUNREACH = 113;
    /// The connect goes on.
    public static final int EINPROGRESS = 115;

    private Errno() {}

    /// The words for `errno`, for messages.
    public static String text(int errno) {
        return switch (errno) {
            case EPERM -> "operation not permitted";
            case ENOENT -> "no such file";
            case EINTR -> "interrupted";
            case EIO -> "input/output error";
            case ENXIO -> "no such device or address";
            case E2BIG -> "too many";
            case EBADF -> "not an open descriptor";
            case EAGAIN -> "would block";
            case ENOMEM -> "out of memory";
            case EACCES -> "permission denied";
            case EBUSY -> "in use";
            case EEXIST -> "exists already";
            case ENODEV -> "no such device";
            case EINVAL -> "invalid argument";
            case ENFILE -> "too many open files in the system";
            case EMFILE -> "too many open files in this process";
            case ENOTTY -> "not a device of this kind";
            case EPIPE -> "the other end has closed";
            case ENOSYS -> "not known to this kernel";
            case EBADFD -> "the device is gone";
            case EMSGSIZE -> "too long";
            case EOPNOTSUPP -> "not supported";
            case EAFNOSUPPORT -> "address family not supported by this kernel";
            case ENETUNREACH -> "network unreachable";
            case ECONNRESET -> "connection reset";
            case ENOBUFS -> "no buffer space";
            case ETIMEDOUT -> "timed out";
            case ECONNREFUSED -> "connection refused";
            case EHOSTUNREACH -> "no route to host";
            case EINPROGRESS -> "under way";
            default -> "error " + errno;
        };
    }
}
