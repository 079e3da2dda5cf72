// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark.load;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.socks5tunnel.it.lab.DatagramCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// Datagrams to be moved by one call: an array of `struct mmsghdr`, each with room for its bytes and for an
/// address. Confined to one thread.
///
/// ```
///         0      8             16        24      32                 48      56       60
///        +------+-------------+---------+-------+------------------+-------+--------+-----+
/// entry  | name | name length | vectors | count | control, length  | flags | moved  |     |
///        +------+-------------+---------+-------+------------------+-------+--------+-----+
/// ```
final class MessageArray {
    /// Of one datagram, bytes.
    private static final int ROOM_BYTES = 2048;

    private static final int ENTRY_BYTES = 64;
    private static final int NAME_LENGTH_AT = 8;
    private static final int VECTORS_AT = 16;
    private static final int COUNT_AT = 24;
    private static final int MOVED_AT = 56;
    private static final int VECTOR_BYTES = 16;
    private static final int VECTOR_LENGTH_AT = 8;

    private final DatagramCalls calls;
    private final int size;
    private final boolean isNamed;
    private final MemorySegment entries;
    private final MemorySegment vectors;
    private final ByteBuffer[] rooms;

    /// @param isNamed whether datagrams come from many peers, and go back to them
    MessageArray(DatagramCalls calls, int size, boolean isNamed) {
        this.calls = calls;
        this.size = size;
        this.isNamed = isNamed;
        Arena arena = Arena.ofAuto();
        entries = arena.allocate((long) size * ENTRY_BYTES, Long.BYTES);
        vectors = arena.allocate((long) size * VECTOR_BYTES, Long.BYTES);
        MemorySegment names = arena.allocate((long) size * DatagramCalls.ADDRESS_BYTES, Long.BYTES);
        MemorySegment bytes = arena.allocate((long) size * ROOM_BYTES, Long.BYTES);
        rooms = new ByteBuffer[size];
        for (int i = 0; i < size; i++) {
            MemorySegment room = bytes.asSlice((long) i * ROOM_BYTES, ROOM_BYTES);
            rooms[i] = room.asByteBuffer();
            vectors.set(JAVA_LONG, (long) i * VECTOR_BYTES, room.address());
            entries.set(JAVA_LONG, at(i) + VECTORS_AT, vectors.address() + (long) i * VECTOR_BYTES);
            entries.set(JAVA_LONG, at(i) + COUNT_AT, 1);
            if (isNamed) {
                entries.set(JAVA_LONG, at(i), names.address() + (long) i * DatagramCalls.ADDRESS_BYTES);
            }
        }
    }

    int size() {
        return size;
    }

    /// The bytes of a datagram; position and limit are the caller's.
    ByteBuffer room(int index) {
        return rooms[index];
    }

    /// Bytes of a datagram that was received, or is to be sent.
    int length(int index) {
        return (int) vectors.get(JAVA_LONG, (long) index * VECTOR_BYTES + VECTOR_LENGTH_AT);
    }

    /// Bytes of a datagram that is to be sent.
    void length(int index, int bytes) {
        vectors.set(JAVA_LONG, (long) index * VECTOR_BYTES + VECTOR_LENGTH_AT, bytes);
    }

    /// Receives as many as there are, up to [#size]; see [DatagramCalls#receive].
    int receive(int descriptor, boolean waits) {
        for (int i = 0; i < size; i++) {
            length(i, ROOM_BYTES);
            if (isNamed) {
                entries.set(JAVA_INT, at(i) + NAME_LENGTH_AT, DatagramCalls.ADDRESS_BYTES);
            }
        }
        int received = calls.receive(descriptor, entries, size, waits);
        for (int i = 0; i < received; i++) {
            length(i, entries.get(JAVA_INT, at(i) + MOVED_AT));
        }
        return received;
    }

    /// Sends the datagrams from `from` up to `to`, exclusive, as far as there is room; see [DatagramCalls#send].
    int send(int descriptor, int from, int to) {
        return calls.send(descriptor, entries.asSlice(at(from), at(to) - at(from)), to - from);
    }

    private static long at(int index) {
        return (long) index * ENTRY_BYTES;
    }
}
