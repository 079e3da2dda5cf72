// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.wire;

import io.socks5tunnel.it.wire.WireCounters.Event;
import java.util.List;

/// The wires of the live matrix, each the same in both directions.
@SuppressWarnings("ImmutableEnumChecker") // records and lists that cannot change
enum WireKind {
    /// Loses nothing and takes no time.
    CLEAN("clean", WireSettings.CLEAN, List.of(), 100_000_000),
    /// 1 % of packets lost, each by itself.
    LOSSY("1 % loss", WireSettings.CLEAN.losing(0.01), List.of(Event.LOST), 8_000_000),
    /// 2 % of packets lost, three in a row on average; a round trip of 10 ms.
    BURSTY(
            "2 % loss in bursts, 10 ms",
            WireSettings.CLEAN.losingBursts(0.02, 3).delaying(5 * WireKind.NANOS_PER_MILLI),
            List.of(Event.LOST),
            4_000_000),
    /// A wireless network on a bad day: 5 % lost, a round trip of 50 ms, and each tenth packet 5 ms late.
    FAR(
            "5 % loss, 50 ms, reorder",
            WireSettings.CLEAN
                    .losing(0.05)
                    .delaying(25 * WireKind.NANOS_PER_MILLI)
                    .reordering(0.1, 5 * WireKind.NANOS_PER_MILLI),
            List.of(Event.LOST, Event.LATE),
            1_000_000),
    /// 1 % of packets doubled and 1 % damaged; a round trip of 2 ms, and some packets late.
    DIRTY(
            "1 % doubled, 1 % damaged, reorder",
            WireSettings.CLEAN
                    .dirty(0.01, 0.01)
                    .delaying(WireKind.NANOS_PER_MILLI)
                    .reordering(0.02, WireKind.NANOS_PER_MILLI),
            List.of(Event.DOUBLED, Event.CORRUPTED, Event.LATE),
            8_000_000),
    /// 50 Mbit/s behind a queue that holds 20 ms of it; a round trip of 10 ms.
    NARROW(
            "50 Mbit/s, 10 ms",
            WireSettings.CLEAN.narrow(50_000_000, 125_000).delaying(5 * WireKind.NANOS_PER_MILLI),
            List.of(),
            8_000_000);

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final String title;
    private final WireSettings settings;
    private final List<Event> signs;
    private final long bulkBytes;

    WireKind(String title, WireSettings settings, List<Event> signs, long bulkBytes) {
        this.title = title;
        this.settings = settings;
        this.signs = signs;
        this.bulkBytes = bulkBytes;
    }

    WireSettings settings() {
        return settings;
    }

    /// What happens to some packets of any longer transfer.
    List<Event> signs() {
        return signs;
    }

    /// What a long transfer over it is, bytes.
    long bulkBytes() {
        return bulkBytes;
    }

    /// Whether nothing is lost, so that the kernel has nothing to complain about.
    boolean isClean() {
        return this == CLEAN;
    }

    @Override
    public String toString() {
        return title;
    }
}
