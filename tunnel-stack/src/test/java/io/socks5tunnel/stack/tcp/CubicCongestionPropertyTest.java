// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/// What holds after any history. The seed makes the whole run; jqwik prints it.
class CubicCongestionPropertyTest {
    @Property(tries = 300)
    @Tag("T-CC-9")
    void windowStaysInBoundsAndGrowsByNoMoreThanWasAcknowledged(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 65_535) int mss) {
        SplittableRandom random = new SplittableRandom(seed);
        CubicCongestion congestion = new CubicCongestion(mss);
        CubicCongestion twin = new CubicCongestion(mss);
        long now = random.nextLong();
        for (int step = 0; step < 300; step++) {
            now += random.nextLong(1L << random.nextInt(1, 40));
            int bytes = (int) random.nextLong(1L << random.nextInt(1, 31));
            long rtt = random.nextLong(1L << random.nextInt(1, 40));
            int before = congestion.windowBytes();
            int choice = random.nextInt(40);
            boolean limited = random.nextInt(4) > 0;
            apply(congestion, choice, bytes, limited, rtt, now);
            apply(twin, choice, bytes, limited, rtt, now);

            int after = congestion.windowBytes();
            assertThat(after).isBetween(mss, CubicCongestion.MAX_WINDOW_BYTES);
            assertThat(congestion.slowStartThresholdBytes()).isGreaterThanOrEqualTo(2 * mss);
            assertThat(twin.windowBytes()).isEqualTo(after);
            if (choice == 0 || choice == 1 || choice == 3) {
                assertThat(after).isLessThanOrEqualTo(before);
            } else if (choice > 3) {
                assertThat(after).isGreaterThanOrEqualTo(before);
                assertThat((long) after - before).isLessThanOrEqualTo(limited ? Math.max(bytes, mss) : 0);
            }
        }
    }

    @Property(tries = 100)
    @Tag("T-CC-6")
    void curveReturnsToTheOldWindowAtItsTime(
            @ForAll @IntRange(min = 200, max = 5_000) int segments, @ForAll @IntRange(min = 500, max = 9_000) int mss) {
        CubicCongestion congestion = new CubicCongestion(mss);
        long rtt = 50_000_000;
        congestion.onAck((segments - 10) * mss, true, rtt, 0);
        congestion.onLoss(segments * mss, 0);
        double k = Math.cbrt(segments * 0.3 / 0.4);
        for (long now = 0; now < k * 1e9; now += rtt) {
            congestion.onAck(congestion.windowBytes(), true, rtt, now);
            // Never above where the curve or Reno is a round trip later.
            double t = (now + rtt) / 1e9 - k;
            double curve = 0.4 * t * t * t + segments;
            long roundTrips = now / rtt + 2;
            double reno = segments * 0.7 + 0.53 * roundTrips;
            assertThat(congestion.windowBytes() / (double) mss).isLessThanOrEqualTo(Math.max(curve, reno) + 2);
        }
        assertThat(congestion.windowBytes() / (double) mss).isBetween(segments * 0.98, segments * 1.02);
    }

    private static void apply(CubicCongestion congestion, int choice, int bytes, boolean limited, long rtt, long now) {
        switch (choice) {
            case 0 -> congestion.onLoss(bytes, now);
            case 1 -> congestion.onTimeout(bytes, now);
            case 2 -> congestion.onSpuriousLoss();
            case 3 -> congestion.onIdleRestart(now);
            default -> congestion.onAck(bytes, limited, rtt, now);
        }
    }
}
