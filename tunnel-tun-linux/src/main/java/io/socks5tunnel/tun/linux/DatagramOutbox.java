// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.socks5tunnel.api.spi.DatagramBatch;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.tun.linux.nativecalls.SocketCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The call that sends many datagrams at once, and the array of `struct mmsghdr` that it takes (drawn in
/// [DatagramMemory]), reused by all sockets of one reactor. Confined to one shard.
///
/// Neighbours of one length, the last of which may be shorter, become one message that the kernel cuts
/// (`UDP_SEGMENT`): it then goes through the kernel once. The length to cut at stands in the message's control
/// part:
///
/// ```
///         0        8       12     16          18       24
///        +--------+-------+------+-----------+--------+
/// entry  | length | level | type | cut at    |        |
///        +--------+-------+------+-----------+--------+
/// ```
final class DatagramOutbox {
    /// The most datagrams in one message that every kernel takes (`UDP_MAX_SEGMENTS`).
    private static final int MAX_PIECES = 64;

    /// What one message may hold over either IP, bytes.
    static final int MAX_MESSAGE_BYTES = 65_507;

    private static final int CONTROL_BYTES = 24;
    private static final int CONTROL_LENGTH = 18;
    private static final int LEVEL_OFFSET = 8;
    private static final int TYPE_OFFSET = 12;
    private static final int CUT_OFFSET = 16;
    private static final int SOL_UDP = 17;
    private static final int UDP_SEGMENT = 103;

    private final SocketCalls calls;
    private final IoVectors vectors = new IoVectors(2 * DatagramBatch.MAX_DATAGRAMS);
    private final MemorySegment entries =
            Arena.ofAuto().allocate((long) DatagramBatch.MAX_DATAGRAMS * DatagramMemory.ENTRY_BYTES, Long.BYTES);
    private final MemorySegment controls =
            Arena.ofAuto().allocate((long) DatagramBatch.MAX_DATAGRAMS * CONTROL_BYTES, Long.BYTES);

    /// Datagrams of each message of the last call.
    private final int[] pieces = new int[DatagramBatch.MAX_DATAGRAMS];

    private int firstBytes;

    DatagramOutbox(SocketCalls calls) {
        this.calls = calls;
        for (int i = 0; i < DatagramBatch.MAX_DATAGRAMS; i++) {
            long at = (long) i * CONTROL_BYTES;
            controls.set(JAVA_LONG, at, CONTROL_LENGTH);
            controls.set(JAVA_INT, at + LEVEL_OFFSET, SOL_UDP);
            controls.set(JAVA_INT, at + TYPE_OFFSET, UDP_SEGMENT);
        }
    }

    /// Sends the datagrams from `first` on.
    ///
    /// @param maxPieceBytes the longest datagram, header included, that the kernel may be asked to cut out of a
    ///     message; 0 if it is to cut nothing
    /// @return how many were sent, or an [Errno] negated, which is that of the first message
    int send(int descriptor, DatagramBatch from, int first, int maxPieceBytes) {
        int messages = 0;
        int vector = 0;
        int index = first;
        while (index < from.count()) {
            int count = piecesFrom(from, index, maxPieceBytes);
            int firstVector = vector;
            for (int i = index; i < index + count; i++) {
                vector = put(from, i, vector);
            }
            describe(messages, firstVector, vector - firstVector, count == 1 ? 0 : bytes(from, index));
            pieces[messages++] = count;
            index += count;
        }
        firstBytes = bytes(from, first);
        int sent = calls.sendMessages(descriptor, entries.address(), messages, SocketCalls.MSG_NOSIGNAL);
        return sent <= 0 ? sent : datagramsOf(sent);
    }

    /// If the kernel was to cut the first message of the last call, at how many bytes; 0 otherwise.
    int firstCutBytes() {
        return pieces[0] > 1 ? firstBytes : 0;
    }

    /// How many datagrams from `first` on make up one message.
    static int piecesFrom(DatagramBatch from, int first, int maxPieceBytes) {
        int size = bytes(from, first);
        if (size == 0 || size > maxPieceBytes) {
            return 1;
        }
        int most = Math.min(Math.min(MAX_PIECES, MAX_MESSAGE_BYTES / size), from.count() - first);
        for (int count = 1; count < most; count++) {
            int next = bytes(from, first + count);
            if (next > size || next == 0) {
                return count;
            }
            if (next < size) {
                return count + 1;
            }
        }
        return Math.max(1, most);
    }

    private int put(DatagramBatch from, int index, int vector) {
        int next = vector;
        @Nullable Slab header = from.headerSlab(index);
        if (header != null) {
            vectors.set(next++, header.address() + from.headerOffset(index), from.headerLength(index));
        }
        vectors.set(next++, from.slab(index).address() + from.offset(index), from.length(index));
        return next;
    }

    private void describe(int message, int firstVector, int vectorCount, int cutBytes) {
        long at = (long) message * DatagramMemory.ENTRY_BYTES;
        long control = (long) message * CONTROL_BYTES;
        entries.set(JAVA_LONG, at + DatagramMemory.VECTORS_OFFSET, vectors.address(firstVector));
        entries.set(JAVA_LONG, at + DatagramMemory.COUNT_OFFSET, vectorCount);
        entries.set(JAVA_LONG, at + DatagramMemory.CONTROL_OFFSET, cutBytes == 0 ? 0 : controls.address() + control);
        entries.set(JAVA_LONG, at + DatagramMemory.CONTROL_LENGTH_OFFSET, cutBytes == 0 ? 0 : CONTROL_BYTES);
        if (cutBytes != 0) {
            controls.set(JAVA_SHORT, control + CUT_OFFSET, (short) cutBytes);
        }
    }

    private int datagramsOf(int messages) {
        int sum = 0;
        for (int i = 0; i < messages; i++) {
            sum += pieces[i];
        }
        return sum;
    }

    private static int bytes(DatagramBatch from, int index) {
        return from.headerLength(index) + from.length(index);
    }
}
