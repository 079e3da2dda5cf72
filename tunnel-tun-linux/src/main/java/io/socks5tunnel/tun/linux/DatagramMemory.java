// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.socks5tunnel.api.spi.DatagramBatch;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.tun.linux.nativecalls.SocketCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The calls that move many datagrams at once, and the array of `struct mmsghdr` that they fill and read, reused by
/// all sockets of one reactor. Confined to one shard.
///
/// ```
///         0      8        16        24      32        40        48      56       60
///        +------+--------+---------+-------+---------+---------+-------+--------+-----+
/// entry  | name | length | vectors | count | control | length  | flags | moved  |     |
///        +------+--------+---------+-------+---------+---------+-------+--------+-----+
/// ```
///
/// There is neither name nor control: the sockets are connected. Each entry has two vectors of its own, which its
/// `vectors` points to for ever.
final class DatagramMemory {
    private static final int ENTRY_BYTES = 64;
    private static final int VECTORS_OFFSET = 16;
    private static final int COUNT_OFFSET = 24;
    private static final int MOVED_OFFSET = 56;
    private static final int VECTORS_PER_ENTRY = 2;

    private final SocketCalls calls;
    private final IoVectors vectors = new IoVectors(VECTORS_PER_ENTRY * DatagramBatch.MAX_DATAGRAMS);
    private final MemorySegment entries =
            Arena.ofAuto().allocate((long) DatagramBatch.MAX_DATAGRAMS * ENTRY_BYTES, Long.BYTES);

    DatagramMemory(SocketCalls calls) {
        this.calls = calls;
        for (int i = 0; i < DatagramBatch.MAX_DATAGRAMS; i++) {
            entries.set(JAVA_LONG, at(i) + VECTORS_OFFSET, vectors.address(VECTORS_PER_ENTRY * i));
        }
    }

    /// Receives into the ranges of `into` and notes their new lengths; how many, or an [Errno] negated.
    int receive(int descriptor, DatagramBatch into) {
        int count = into.count();
        for (int i = 0; i < count; i++) {
            vectors.set(VECTORS_PER_ENTRY * i, into.slab(i).address() + into.offset(i), into.length(i));
            entries.set(JAVA_LONG, at(i) + COUNT_OFFSET, 1);
        }
        int received = calls.receiveMessages(descriptor, entries.address(), count);
        for (int i = 0; i < received; i++) {
            into.received(i, entries.get(JAVA_INT, at(i) + MOVED_OFFSET));
        }
        return received;
    }

    /// Sends the datagrams from `first` on; how many, or an [Errno] negated.
    int send(int descriptor, DatagramBatch from, int first) {
        int count = from.count() - first;
        for (int i = 0; i < count; i++) {
            set(i, from, first + i);
        }
        return calls.sendMessages(descriptor, entries.address(), count, SocketCalls.MSG_NOSIGNAL);
    }

    private void set(int entry, DatagramBatch from, int index) {
        int vector = VECTORS_PER_ENTRY * entry;
        @Nullable Slab header = from.headerSlab(index);
        if (header != null) {
            vectors.set(vector++, header.address() + from.headerOffset(index), from.headerLength(index));
        }
        vectors.set(vector++, from.slab(index).address() + from.offset(index), from.length(index));
        entries.set(JAVA_LONG, at(entry) + COUNT_OFFSET, vector - VECTORS_PER_ENTRY * entry);
    }

    private static long at(int entry) {
        return (long) entry * ENTRY_BYTES;
    }
}
