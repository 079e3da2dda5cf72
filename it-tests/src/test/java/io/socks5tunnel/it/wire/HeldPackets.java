// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.wire;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// The packets that are in a wire now, in the order in which they will come out. Buffers are used again, so that
/// the collector of garbage has nothing to stop for. Confined to one thread.
final class HeldPackets {
    private static final int SMALLEST_BUFFER_BYTES = 2048;

    private final PriorityQueue<Held> held = new PriorityQueue<>(Held::compare);
    private final Deque<Held> unused = new ArrayDeque<>();
    private long count;

    /// A packet and when it comes out.
    static final class Held {
        private byte[] bytes = new byte[SMALLEST_BUFFER_BYTES];
        private int length;
        private long dueNanos;
        private long number;

        byte[] bytes() {
            return bytes;
        }

        int length() {
            return length;
        }

        long dueNanos() {
            return dueNanos;
        }

        private static int compare(Held a, Held b) {
            int byTime = Long.compare(a.dueNanos, b.dueNanos);
            return byTime == 0 ? Long.compare(a.number, b.number) : byTime;
        }
    }

    /// Keeps room for a packet, which the caller fills.
    Held hold(int length, long dueNanos) {
        Held packet = unused.isEmpty() ? new Held() : unused.pop();
        if (packet.bytes.length < length) {
            packet.bytes = new byte[length];
        }
        packet.length = length;
        packet.dueNanos = dueNanos;
        packet.number = count++;
        held.add(packet);
        return packet;
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    /// When the next one comes out.
    long nextNanos() {
        Held first = held.peek();
        return first == null ? Long.MAX_VALUE : first.dueNanos;
    }

    /// Takes out one that is due; it must be [released][#release].
    @Nullable
    Held takeDue(long nowNanos) {
        return nextNanos() <= nowNanos ? held.poll() : null;
    }

    void release(Held packet) {
        unused.push(packet);
    }
}
