// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.Slab;
import java.util.ArrayDeque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Copies of datagrams of one flow with their SOCKS headers, in order. It is bounded: what comes when it is full is
/// not taken, so that what a client says first arrives. Confined to one shard.
final class WaitingDatagrams {
    /// Datagrams that wait at most.
    static final int MAX_DATAGRAMS = 64;

    /// Bytes that wait at most, headers included; one datagram always finds room.
    static final int MAX_BYTES = 256 * 1024;

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

        private Waiting(byte[] copy, int headerBytes, int payloadBytes) {
            this.copy = copy;
            this.headerBytes = headerBytes;
            this.payloadBytes = payloadBytes;
        }

        /// Header and payload, from its beginning.
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
    }

    /// Copies a datagram to the end.
    ///
    /// @return false if it finds no room
    boolean add(Slab headerSlab, int headerAt, int headerBytes, Slab slab, int offset, int payloadBytes) {
        int length = headerBytes + payloadBytes;
        if (isFullFor(length)) {
            return false;
        }
        byte[] copy = copies.tryTake(length);
        if (copy == null) {
            return false;
        }
        headerSlab.bytes().get(headerAt, copy, 0, headerBytes);
        slab.bytes().get(offset, copy, headerBytes, payloadBytes);
        queue.add(new Waiting(copy, headerBytes, payloadBytes));
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

    /// Lets go of those that a path cannot carry.
    ///
    /// @return how many there were
    int removeTooLarge(DatagramPath path) {
        int before = queue.size();
        removeIf(waiting -> waiting.payloadBytes() > path.maxPayloadBytes(waiting.headerBytes()));
        return before - queue.size();
    }

    /// Lets go of those that somebody else has taken.
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
        bytes -= waiting.bytes();
        copies.give(waiting.copy());
    }

    private boolean isFullFor(int length) {
        return queue.size() == MAX_DATAGRAMS || !queue.isEmpty() && bytes + length > MAX_BYTES;
    }
}
