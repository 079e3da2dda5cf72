// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.wire;

import java.util.concurrent.atomic.AtomicLongArray;

/// What a wire has done to the packets of one direction. Written by the thread of the direction, read by any.
final class WireCounters {
    /// What is counted.
    enum Event {
        PACKETS,
        BYTES,
        /// Lost by chance.
        LOST,
        /// Lost since the queue before a bottle neck was full.
        OVERFLOWED,
        DOUBLED,
        CORRUPTED,
        LATE,
        /// Not taken by the kernel on the far side.
        REFUSED,
        /// Came out more than a millisecond later than they should have.
        OVERDUE,
        /// The longest any packet came out later than it should have.
        MOST_OVERDUE_NANOS
    }

    private static final long OVERDUE_NANOS = 1_000_000;

    private final AtomicLongArray values = new AtomicLongArray(Event.values().length);

    void onPacket(int lengthBytes) {
        add(Event.PACKETS, 1);
        add(Event.BYTES, lengthBytes);
    }

    void onLost() {
        add(Event.LOST, 1);
    }

    void onOverflow() {
        add(Event.OVERFLOWED, 1);
    }

    void onPassed(boolean isDoubled, boolean isCorrupted, boolean isLate) {
        add(Event.DOUBLED, isDoubled ? 1 : 0);
        add(Event.CORRUPTED, isCorrupted ? 1 : 0);
        add(Event.LATE, isLate ? 1 : 0);
    }

    void onRefused() {
        add(Event.REFUSED, 1);
    }

    /// A packet has come out of the wire.
    ///
    /// @param overdueNanos how much later than decided
    void onDelivered(long overdueNanos) {
        if (overdueNanos > OVERDUE_NANOS) {
            add(Event.OVERDUE, 1);
        }
        int most = Event.MOST_OVERDUE_NANOS.ordinal();
        if (overdueNanos > values.getPlain(most)) {
            values.setOpaque(most, overdueNanos);
        }
    }

    long value(Event event) {
        return values.getOpaque(event.ordinal());
    }

    /// All of them with blanks between, in the order of [Event].
    String line() {
        StringBuilder line = new StringBuilder();
        for (Event event : Event.values()) {
            line.append(line.isEmpty() ? "" : " ").append(value(event));
        }
        return line.toString();
    }

    /// Reads [#line()].
    static WireCounters parse(String line) {
        String[] words = line.split(" ", -1);
        WireCounters counters = new WireCounters();
        for (Event event : Event.values()) {
            counters.values.setPlain(event.ordinal(), Long.parseLong(words[event.ordinal()]));
        }
        return counters;
    }

    private void add(Event event, long count) {
        int index = event.ordinal();
        values.setOpaque(index, values.getPlain(index) + count);
    }
}
