// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;

/// The system calls of test programs that move many datagrams per call over IPv4, which Java's channels cannot.
/// Whatever fails throws, but for [#TRY_AGAIN]. Confined to one thread each: every thread has its own.
public final class DatagramCalls {
    /// Nothing could be moved now.
    public static final int TRY_AGAIN = -1;

    /// `struct sockaddr_in`, bytes.
    public static final int ADDRESS_BYTES = 16;

    private static final short AF_INET = 2;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_WAITFORONE = 0x10000;
    private static final int PORT_AT = 2;
    private static final int RAW_ADDRESS_AT = 4;
    private static final ValueLayout.OfShort PORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private static final MethodHandle SOCKET = SystemCalls.bind("socket", 3, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND = SystemCalls.bind("bind", 3, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle CONNECT = SystemCalls.bind("connect", 3, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle GETSOCKNAME =
            SystemCalls.bind("getsockname", 3, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle SETSOCKOPT =
            SystemCalls.bind("setsockopt", 5, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle RECVMMSG =
            SystemCalls.bind("recvmmsg", 5, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle SENDMMSG =
            SystemCalls.bind("sendmmsg", 4, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle POLL = SystemCalls.bind("poll", 3, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);

    private final CallState state = new CallState();
    private final MemorySegment scratch = Arena.ofAuto().allocate(2 * ADDRESS_BYTES, Long.BYTES);

    /// Opens a socket.
    ///
    /// @param receiveBufferBytes is what to ask for; the kernel may have a lower limit
    public int open(int receiveBufferBytes) {
        try {
            int descriptor = state.check(
                    "socket", (int) SOCKET.invokeExact(state.segment(), (int) AF_INET, SOCK_DGRAM_CLOEXEC, 0));
            scratch.set(JAVA_INT, 0, receiveBufferBytes);
            state.check("setsockopt", (int)
                    SETSOCKOPT.invokeExact(state.segment(), descriptor, SOL_SOCKET, SO_RCVBUF, scratch, Integer.BYTES));
            return descriptor;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Gives the socket its own address.
    public void bindTo(int descriptor, InetSocketAddress address) {
        put(scratch, address);
        try {
            state.check("bind", (int) BIND.invokeExact(state.segment(), descriptor, scratch, ADDRESS_BYTES));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Gives the socket its only peer.
    public void connect(int descriptor, InetSocketAddress address) {
        put(scratch, address);
        try {
            state.check("connect", (int) CONNECT.invokeExact(state.segment(), descriptor, scratch, ADDRESS_BYTES));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// The port that the socket was given.
    public int localPort(int descriptor) {
        MemorySegment length = scratch.asSlice(ADDRESS_BYTES);
        length.set(JAVA_INT, 0, ADDRESS_BYTES);
        try {
            state.check("getsockname", (int) GETSOCKNAME.invokeExact(state.segment(), descriptor, scratch, length));
        } catch (Throwable e) {
            throw unexpected(e);
        }
        return Short.toUnsignedInt(scratch.get(PORT, PORT_AT));
    }

    /// `recvmmsg(2)`.
    ///
    /// @param waits for the first datagram, or not at all
    /// @return how many came, or [#TRY_AGAIN]
    public int receive(int descriptor, MemorySegment messages, int count, boolean waits) {
        int flags = waits ? MSG_WAITFORONE : MSG_DONTWAIT;
        try {
            return moved("recvmmsg", (int)
                    RECVMMSG.invokeExact(state.segment(), descriptor, messages, count, flags, MemorySegment.NULL));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// `sendmmsg(2)`, without waiting for room.
    ///
    /// @return how many went, or [#TRY_AGAIN]
    public int send(int descriptor, MemorySegment messages, int count) {
        try {
            return moved(
                    "sendmmsg", (int) SENDMMSG.invokeExact(state.segment(), descriptor, messages, count, MSG_DONTWAIT));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// `poll(2)`.
    ///
    /// @return how many of the descriptors are ready
    public int poll(PollDescriptors polled, int timeoutMillis) {
        try {
            return state.check("poll", (int)
                    POLL.invokeExact(state.segment(), polled.entries(), (long) polled.count(), timeoutMillis));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static void put(MemorySegment memory, InetSocketAddress address) {
        byte[] raw = address.getAddress().getAddress();
        memory.fill((byte) 0);
        memory.set(JAVA_SHORT, 0, AF_INET);
        memory.set(PORT, PORT_AT, (short) address.getPort());
        MemorySegment.copy(raw, 0, memory, JAVA_BYTE, RAW_ADDRESS_AT, raw.length);
    }

    private int moved(String what, int result) throws IOException {
        return result < 0 && state.errno() == SystemCalls.TRY_AGAIN ? TRY_AGAIN : state.check(what, result);
    }

    private static RuntimeException unexpected(Throwable thrown) {
        return thrown instanceof IOException e ? new UncheckedIOException(e) : new IllegalStateException(thrown);
    }
}
