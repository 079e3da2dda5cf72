// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.wire.WireCounters.Event;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class ImpairmentTest {
    private static final int PACKETS = 100_000;
    private static final int LENGTH_BYTES = 1250;

    private static List<Boolean> losses(WireSettings settings, long seed) {
        Impairment impairment = new Impairment(settings, seed);
        List<Boolean> losses = new ArrayList<>();
        for (int i = 0; i < PACKETS; i++) {
            impairment.next(LENGTH_BYTES, i);
            losses.add(impairment.isLost());
        }
        assertThat(impairment.counters().value(Event.LOST))
                .isEqualTo(losses.stream().filter(lost -> lost).count());
        return losses;
    }

    private static double share(List<Boolean> losses) {
        return losses.stream().filter(lost -> lost).count() / (double) PACKETS;
    }

    @Nested
    final class Losses {
        @Test
        void areThoseOfTheSeed() {
            WireSettings settings = WireSettings.CLEAN.losing(0.05);

            assertThat(losses(settings, 1)).isEqualTo(losses(settings, 1)).isNotEqualTo(losses(settings, 2));
        }

        @Test
        void doNotDependOnWhatElseHappens() {
            WireSettings losing = WireSettings.CLEAN.losing(0.05);

            assertThat(losses(losing.dirty(0.5, 0.5).reordering(0.5, 1), 3)).isEqualTo(losses(losing, 3));
        }

        @Test
        void areAsManyAsAskedFor() {
            assertThat(share(losses(WireSettings.CLEAN.losing(0.05), 4))).isBetween(0.047, 0.053);
        }

        @Test
        void comeInBursts() {
            List<Boolean> losses = losses(WireSettings.CLEAN.losingBursts(0.02, 5), 5);
            long bursts = 0;
            for (int i = 1; i < PACKETS; i++) {
                bursts += losses.get(i) && !losses.get(i - 1) ? 1 : 0;
            }

            assertThat(share(losses)).isBetween(0.016, 0.024);
            assertThat(share(losses) * PACKETS / bursts).isBetween(4.5, 5.5);
        }
    }

    @Nested
    final class ABottleNeck {
        @Test
        void sendsOnePacketAfterTheOther() {
            // 1 packet in 1000 ns
            Impairment impairment = new Impairment(WireSettings.CLEAN.narrow(10_000_000_000L, LENGTH_BYTES * 3), 6);

            impairment.next(LENGTH_BYTES, 0);
            assertThat(impairment.dueNanos()).isEqualTo(1000);
            impairment.next(LENGTH_BYTES, 0);
            assertThat(impairment.dueNanos()).isEqualTo(2000);
            impairment.next(LENGTH_BYTES, 5000);
            assertThat(impairment.dueNanos()).isEqualTo(6000);
        }

        @Test
        void losesWhatItsQueueCannotHold() {
            Impairment impairment = new Impairment(WireSettings.CLEAN.narrow(10_000_000_000L, LENGTH_BYTES * 2), 7);

            impairment.next(LENGTH_BYTES, 0);
            impairment.next(LENGTH_BYTES, 0);
            assertThat(impairment.isLost()).isFalse();
            impairment.next(LENGTH_BYTES, 0);
            assertThat(impairment.isLost()).isTrue();
            impairment.next(LENGTH_BYTES, 1000);
            assertThat(impairment.isLost()).isFalse();
            assertThat(impairment.counters().value(Event.OVERFLOWED)).isEqualTo(1);
        }
    }

    @Test
    void settingsAreWhatTheyWereAfterALine() {
        for (WireKind kind : WireKind.values()) {
            assertThat(WireSettings.parse(kind.settings().line())).isEqualTo(kind.settings());
        }
    }

    @Test
    void whatIsLateIsDueLater() {
        Impairment impairment = new Impairment(WireSettings.CLEAN.delaying(100).reordering(0.5, 50), 8);
        List<Long> due = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            impairment.next(LENGTH_BYTES, 0);
            due.add(impairment.dueNanos());
        }

        assertThat(due).containsOnly(100L, 150L).contains(100L, 150L);
        assertThat(impairment.counters().value(Event.LATE))
                .isEqualTo(due.stream().filter(nanos -> nanos == 150).count());
    }
}
