// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

/// The calls on upstream sockets. Each returns the kernel's answer, or an [Errno] negated. Confined to one thread.
public interface SocketCalls {
    /// `AF_INET`.
    int AF_INET = 2;
    /// `AF_INET6`.
    int AF_INET6 = 10;
    /// `SOL_SOCKET`.
    int SOL_SOCKET = 1;
    /// `IPPROTO_TCP`, as level of options.
    int SOL_TCP = 6;
    /// `SO_ERROR`.
    int SO_ERROR = 4;
    /// `SO_RCVBUF`.
    int SO_RCVBUF = 8;
    /// `SO_LINGER`.
    int SO_LINGER = 13;
    /// `SO_MARK`.
    int SO_MARK = 36;
    /// `TCP_NODELAY`.
    int TCP_NODELAY = 1;
    /// `TCP_FASTOPEN_CONNECT`.
    int TCP_FASTOPEN_CONNECT = 30;
    /// `MSG_NOSIGNAL`: an error instead of SIGPIPE.
    int MSG_NOSIGNAL = 0x4000;
    /// `MSG_MORE`: the kernel may wait for what follows.
    int MSG_MORE = 0x8000;

    /// The calls of this system.
    static SocketCalls ofSystem() {
        return new ForeignSocketCalls();
    }

    /// A TCP socket, non-blocking, closed on exec.
    ///
    /// @param family [#AF_INET] or [#AF_INET6]
    int tcpSocket(int family);

    /// A UDP socket, non-blocking, closed on exec.
    ///
    /// @param family [#AF_INET] or [#AF_INET6]
    int udpSocket(int family);

    /// `connect(2)`.
    ///
    /// @param address of a `struct sockaddr_in` or `sockaddr_in6`
    int connect(int descriptor, long address, int length);

    /// `recv(2)` without flags.
    long receive(int descriptor, long address, long length);

    /// `readv(2)`.
    ///
    /// @param vectors address of an array of `struct iovec`
    long receiveVectors(int descriptor, long vectors, int count);

    /// `send(2)`.
    ///
    /// @param flags [#MSG_NOSIGNAL] and [#MSG_MORE]
    long send(int descriptor, long address, long length, int flags);

    /// `sendmsg(2)`.
    ///
    /// @param message address of a `struct msghdr`
    long sendMessage(int descriptor, long message, int flags);

    /// `recvmmsg(2)` without flags and time-out.
    ///
    /// @param messages address of an array of `struct mmsghdr`
    /// @return how many of them were filled
    int receiveMessages(int descriptor, long messages, int count);

    /// `sendmmsg(2)`.
    ///
    /// @param messages address of an array of `struct mmsghdr`
    /// @param flags [#MSG_NOSIGNAL]
    /// @return how many of them were sent
    int sendMessages(int descriptor, long messages, int count, int flags);

    /// `shutdown(2)` of the sending direction.
    int shutdownOutput(int descriptor);

    /// `setsockopt(2)`.
    int setOption(int descriptor, int level, int option, long value, int length);

    /// `getsockopt(2)` of an `int`.
    ///
    /// @param value address of room for the value
    int intOption(int descriptor, int level, int option, long value);

    /// `getsockname(2)`.
    ///
    /// @param address room for the address
    /// @param length address of an `int` with the room's size
    int localAddress(int descriptor, long address, long length);

    /// `getpeername(2)`.
    ///
    /// @param address room for the address
    /// @param length address of an `int` with the room's size
    int remoteAddress(int descriptor, long address, long length);

    /// `close(2)`.
    int close(int descriptor);
}
