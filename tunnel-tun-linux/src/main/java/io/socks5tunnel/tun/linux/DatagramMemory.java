// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.socks5tunnel.api.spi.DatagramBatch;
import io.socks5tunnel.tun.linux.nativecalls.SocketCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The call that receives many datagrams at once, and the array of `struct mmsghdr` that it fills, reused by all
/// sockets of one reactor. Confined to one shard.
///
/// ```
///         0      8        16        24      32        40        48      56       60
///        +------+--------+---------+-------+---------+---------+-------+--------+-----+
/// entry  | name | length | vectors | count | control | length  | flags | moved  |     |
///        +------+--------+---------+-------+---------+---------+-------+--------+-----+
/// ```
///
/// There is neither name nor control: the sockets are connected. Each entry has a vector of its own, which its
/// `vectors` points to for ever.
final class DatagramMemory {
    static final int ENTRY_BYTES = 64;
    static final int VECTORS_OFFSET = 16;
    static final int COUNT_OFFSET = 24;
    static final int CONTROL_OFFSET = 32;
    static final int CONTROL_LENGTH_OFFSET = 40;
    private static final int MOVED_OFFSET = 56;

    private final SocketCalls calls;
    private final IoVectors vectors = new IoVectors(DatagramBatch.MAX_DATAGRAMS);
    private final MemorySegment entries =
            Arena.ofAuto().allocate((long) DatagramBatch.MAX_DATAGRAMS * ENTRY_BYTES, Long.BYTES);

    DatagramMemory(SocketCalls calls) {
        this.calls = calls;
        for (int i = 0; i < DatagramBatch.MAX_DATAGRAMS; i++) {
            entries.set(JAVA_LONG, at(i) + VECTORS_OFFSET, vectors.address(i));
            entries.set(JAVA_LONG, at(i) + COUNT_OFFSET, 1);
        }
    }

    /// Receives into the ranges of `into` and notes their new lengths; how many, or an [Errno] negated.
    int receive(int descriptor, DatagramBatch into) {
        int count = into.count();
        for (int i = 0; i < count; i++) {
            vectors.set(i, into.slab(i).address() + into.offset(i), into.length(i));
        }
        int received = calls.receiveMessages(descriptor, entries.address(), count);
        for (int i = 0; i < received; i++) {
            into.received(i, entries.get(JAVA_INT, at(i) + MOVED_OFFSET));
        }
        return received;
    }

    private static long at(int entry) {
        return (long) entry * ENTRY_BYTES;
    }
}
