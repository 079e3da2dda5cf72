// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.UpstreamOptions;
import io.socks5tunnel.tun.linux.nativecalls.Errno;
import io.socks5tunnel.tun.linux.nativecalls.NativeCallException;
import io.socks5tunnel.tun.linux.nativecalls.SocketCalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/// The calls on upstream sockets together with the structures that they fill and read, reused by all sockets of one
/// reactor. Confined to one shard.
final class SocketMemory {
    private static final int INT_BYTES = 4;
    private static final int LINGER_BYTES = 8;

    /// `struct msghdr`: name 0, its length 8, vectors 16, their number 24, control 32, its length 40, flags 48.
    private static final int MESSAGE_BYTES = 56;

    private static final int MESSAGE_VECTORS_OFFSET = 16;
    private static final int MESSAGE_COUNT_OFFSET = 24;

    private final SocketCalls calls;
    private final IoVectors vectors = new IoVectors(GatherList.MAX_RANGES);
    private final MemorySegment message = Arena.ofAuto().allocate(MESSAGE_BYTES, Long.BYTES);
    private final MemorySegment address = Arena.ofAuto().allocate(SocketAddressLayout.MAX_BYTES, Long.BYTES);
    private final MemorySegment option = Arena.ofAuto().allocate(LINGER_BYTES, Long.BYTES);

    SocketMemory(SocketCalls calls) {
        this.calls = calls;
        message.set(JAVA_LONG, MESSAGE_VECTORS_OFFSET, vectors.address());
    }

    /// A TCP socket whose connect has begun.
    ///
    /// @throws IOException if it has failed already; no socket is left then
    int connect(InetSocketAddress to, UpstreamOptions options) throws IOException {
        requireResolved(to);
        int descriptor = opened(calls.tcpSocket(SocketAddressLayout.family(to)), to);
        setInt(descriptor, SocketCalls.SOL_TCP, SocketCalls.TCP_NODELAY, 1);
        if (options.tcpFastOpen()) {
            setInt(descriptor, SocketCalls.SOL_TCP, SocketCalls.TCP_FASTOPEN_CONNECT, 1);
        }
        return connectedOrClosed(descriptor, to, options.mark());
    }

    /// A UDP socket that sends to `to` and hears nobody else.
    ///
    /// @param receiveBufferBytes `SO_RCVBUF`, which the kernel doubles and bounds; 0 leaves its default
    /// @throws IOException if it failed; no socket is left then
    int openDatagrams(InetSocketAddress to, UpstreamOptions options, int receiveBufferBytes) throws IOException {
        requireResolved(to);
        int descriptor = opened(calls.udpSocket(SocketAddressLayout.family(to)), to);
        if (receiveBufferBytes > 0) {
            setInt(descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_RCVBUF, receiveBufferBytes);
        }
        return connectedOrClosed(descriptor, to, options.mark());
    }

    private static void requireResolved(InetSocketAddress to) throws IOException {
        if (to.isUnresolved()) {
            throw new IOException("connecting to " + to + ": the name was not resolved");
        }
    }

    private static int opened(int result, InetSocketAddress to) throws IOException {
        if (result < 0) {
            throw new NativeCallException("opening a socket for " + text(to), -result);
        }
        return result;
    }

    private int connectedOrClosed(int descriptor, InetSocketAddress to, int mark) throws IOException {
        try {
            if (mark != 0) {
                int result = setInt(descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_MARK, mark);
                if (result < 0) {
                    throw new NativeCallException("marking a socket with " + mark, -result);
                }
            }
            int length = SocketAddressLayout.put(address, to);
            int result = calls.connect(descriptor, address.address(), length);
            if (result < 0 && result != -Errno.EINPROGRESS && result != -Errno.EINTR) {
                throw new NativeCallException("connecting to " + text(to), -result);
            }
            return descriptor;
        } catch (IOException e) {
            calls.close(descriptor);
            throw e;
        }
    }

    private int setInt(int descriptor, int level, int name, int value) {
        option.set(JAVA_INT, 0, value);
        return calls.setOption(descriptor, level, name, option.address(), INT_BYTES);
    }

    /// Why the socket failed, or 0; asking forgets it.
    int takeError(int descriptor) {
        int result = calls.intOption(descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_ERROR, option.address());
        return result < 0 ? -result : option.get(JAVA_INT, 0);
    }

    /// Reads; bytes, or an [Errno] negated.
    long read(int descriptor, GatherList into) {
        if (into.count() == 1) {
            return calls.receive(descriptor, into.slab(0).address() + into.offset(0), into.length(0));
        }
        vectors.setAll(0, into);
        return calls.receiveVectors(descriptor, vectors.address(), into.count());
    }

    /// Writes; bytes, or an [Errno] negated.
    long write(int descriptor, GatherList from, boolean more) {
        int flags = more ? SocketCalls.MSG_NOSIGNAL | SocketCalls.MSG_MORE : SocketCalls.MSG_NOSIGNAL;
        if (from.count() == 1) {
            return calls.send(descriptor, from.slab(0).address() + from.offset(0), from.length(0), flags);
        }
        vectors.setAll(0, from);
        message.set(JAVA_LONG, MESSAGE_COUNT_OFFSET, from.count());
        return calls.sendMessage(descriptor, message.address(), flags);
    }

    /// FIN; 0, or an [Errno] negated.
    int shutdownOutput(int descriptor) {
        return calls.shutdownOutput(descriptor);
    }

    /// This end's address.
    InetSocketAddress localAddress(int descriptor) throws IOException {
        option.set(JAVA_INT, 0, SocketAddressLayout.MAX_BYTES);
        int result = calls.localAddress(descriptor, address.address(), option.address());
        if (result < 0) {
            throw new NativeCallException("asking for a socket's own address", -result);
        }
        return SocketAddressLayout.get(address);
    }

    /// Whether a connect has succeeded: only then is there another end that has an address.
    boolean isConnected(int descriptor) {
        option.set(JAVA_INT, 0, SocketAddressLayout.MAX_BYTES);
        return calls.remoteAddress(descriptor, address.address(), option.address()) == 0;
    }

    /// Makes the next close send RST: `struct linger` with on and 0 s.
    void resetOnClose(int descriptor) {
        option.set(JAVA_INT, 0, 1);
        option.set(JAVA_INT, INT_BYTES, 0);
        calls.setOption(descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_LINGER, option.address(), LINGER_BYTES);
    }

    /// Closes.
    void close(int descriptor) {
        calls.close(descriptor);
    }

    /// An address for messages, without the look-up that its own text might do.
    static String text(InetSocketAddress address) {
        return "[" + address.getAddress().getHostAddress() + "]:" + address.getPort();
    }
}
