// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.DatagramBatch;
import io.socks5tunnel.api.spi.Slab;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Copies of datagrams of one flow with their SOCKS headers and those they came with, in order. It is bounded: what
/// comes when it is full is not taken, so that what a client says first arrives. Confined to one shard.
final class WaitingDatagrams {
    /// Datagrams that wait at most.
    static final int MAX_DATAGRAMS = 64;

    /// Bytes that wait at most, headers included; one datagram always finds room.
    static final int MAX_BYTES = 256 * 1024;

    /// As long as an ICMPv6 error may be (RFC 4443 §2.4(c)).
    private static final int MAX_QUOTED_BYTES = 1280;

    private final CopyPool copies;
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private int bytes;

    WaitingDatagrams(CopyPool copies) {
        this.copies = copies;
    }

    /// A datagram that waits.
    static final class Waiting {
        private final byte[] copy;
        private final int headerBytes;
        private final int payloadBytes;
        private final int packetHeaderBytes;

        private Waiting(byte[] copy, int headerBytes, int payloadBytes, int packetHeaderBytes) {
            this.copy = copy;
            this.headerBytes = headerBytes;
            this.payloadBytes = payloadBytes;
            this.packetHeaderBytes = packetHeaderBytes;
        }

        /// Header and payload, from its beginning, and what no path needs.
        byte[] copy() {
            return copy;
        }

        /// How much of it is the header.
        int headerBytes() {
            return headerBytes;
        }

        /// What follows.
        int payloadBytes() {
            return payloadBytes;
        }

        int bytes() {
            return headerBytes + payloadBytes;
        }

        /// Writes the beginning of the packet that it came in, as much as an ICMP error may quote.
        ///
        /// @return bytes written
        int putPacket(ByteBuffer into, int at) {
            int quotedBytes = Math.min(payloadBytes, MAX_QUOTED_BYTES);
            into.put(at, copy, bytes(), packetHeaderBytes);
            into.put(at + packetHeaderBytes, copy, headerBytes, quotedBytes);
            return packetHeaderBytes + quotedBytes;
        }

        private int keptBytes() {
            return bytes() + packetHeaderBytes;
        }
    }

    /// Copies a datagram to the end, with the headers of the packet that it came in, for the ICMP error about it.
    ///
    /// @param batch the one that `burst` gives out now
    /// @return false if it finds no room
    boolean add(DatagramBatch batch, int index, UdpBurst burst) {
        Slab headers = batch.headerSlab(index);
        int headerBytes = batch.headerLength(index);
        int payloadBytes = batch.length(index);
        int packetHeaderBytes = burst.packetHeaderBytes(index);
        int length = headerBytes + payloadBytes + packetHeaderBytes;
        if (headers == null || isFullFor(length)) {
            return false;
        }
        byte[] copy = copies.tryTake(length);
        if (copy == null) {
            return false;
        }
        ByteBuffer packet = batch.slab(index).bytes();
        headers.bytes().get(batch.headerOffset(index), copy, 0, headerBytes);
        packet.get(batch.offset(index), copy, headerBytes, payloadBytes);
        packet.get(burst.packetAt(index), copy, headerBytes + payloadBytes, packetHeaderBytes);
        queue.add(new Waiting(copy, headerBytes, payloadBytes, packetHeaderBytes));
        bytes += length;
        return true;
    }

    /// The first datagram, or null.
    @Nullable
    Waiting first() {
        return queue.peek();
    }

    /// Lets go of the first datagram.
    void removeFirst() {
        forget(queue.remove());
    }

    /// All, in order.
    Iterable<Waiting> all() {
        return queue;
    }

    /// Lets go of some.
    void removeIf(Predicate<Waiting> isTaken) {
        queue.removeIf(waiting -> {
            boolean isGone = isTaken.test(waiting);
            if (isGone) {
                forget(waiting);
            }
            return isGone;
        });
    }

    /// Lets go of all.
    ///
    /// @return how many there were
    int clear() {
        int count = queue.size();
        while (!queue.isEmpty()) {
            removeFirst();
        }
        return count;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    int size() {
        return queue.size();
    }

    private void forget(Waiting waiting) {
        bytes -= waiting.keptBytes();
        copies.give(waiting.copy());
    }

    private boolean isFullFor(int length) {
        return queue.size() == MAX_DATAGRAMS || !queue.isEmpty() && bytes + length > MAX_BYTES;
    }
}
