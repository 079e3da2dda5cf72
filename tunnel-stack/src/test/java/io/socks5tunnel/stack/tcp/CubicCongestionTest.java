// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CubicCongestionTest {
    private static final int MSS = 1_000;
    private static final long RTT = 100_000_000;

    private final CubicCongestion congestion = new CubicCongestion(MSS);
    private long now = 5_000_000_000L;

    @Nested
    @Tag("T-CC-1")
    class InSlowStart {
        @Test
        @Tag("T-CC-2")
        void beginsWithTenSegments() {
            assertThat(congestion.windowBytes()).isEqualTo(10 * MSS);
            assertThat(congestion.isInSlowStart()).isTrue();
            assertThat(congestion.slowStartThresholdBytes()).isEqualTo(Integer.MAX_VALUE);
        }

        @Test
        void doublesWithEachWindowAcknowledged() {
            ack(10 * MSS);
            assertThat(congestion.windowBytes()).isEqualTo(20 * MSS);
            ack(20 * MSS);
            assertThat(congestion.windowBytes()).isEqualTo(40 * MSS);
        }

        @Test
        @Tag("T-CC-3")
        void countsBytesAndNotAcknowledgements() {
            for (int i = 0; i < 100; i++) {
                ack(10);
            }
            assertThat(congestion.windowBytes()).isEqualTo(11 * MSS);
        }

        @Test
        void takesASuperSegmentAtOnce() {
            ack(64 * 1024);
            assertThat(congestion.windowBytes()).isEqualTo(10 * MSS + 64 * 1024);
        }

        @Test
        @Tag("T-CC-6")
        void doesNotGrowWhileTheApplicationDoesNotFillIt() {
            congestion.onAck(10 * MSS, false, RTT, now);
            assertThat(congestion.windowBytes()).isEqualTo(10 * MSS);
        }

        @Test
        @Tag("T-CC-9")
        void neverGrowsBeyondWhatTcpCanAnnounce() {
            for (int i = 0; i < 10; i++) {
                ack(Integer.MAX_VALUE);
            }
            assertThat(congestion.windowBytes()).isEqualTo(CubicCongestion.MAX_WINDOW_BYTES);
            assertThat(congestion.isInSlowStart()).isTrue();
        }

        @Test
        void endsAtTheThreshold() {
            congestion.onTimeout(20 * MSS, now);
            ack(30 * MSS);
            // 1 segment grows to the threshold of 14; what is left of the 30 can add half a window at the most.
            assertThat(congestion.isInSlowStart()).isFalse();
            assertThat(congestion.windowBytes()).isBetween(14 * MSS, 21 * MSS);
        }
    }

    @Nested
    class OnALoss {
        @Test
        @Tag("T-CC-6")
        void sevenTenthsOfTheFlightAreLeft() {
            ack(90 * MSS);
            congestion.onLoss(100 * MSS, now);
            assertThat(congestion.windowBytes()).isEqualTo(70 * MSS);
            assertThat(congestion.slowStartThresholdBytes()).isEqualTo(70 * MSS);
            assertThat(congestion.isInSlowStart()).isFalse();
        }

        @Test
        @Tag("T-CC-2")
        void itIsTheFlightThatCountsAndNotTheWindow() {
            ack(90 * MSS);
            congestion.onLoss(50 * MSS, now);
            assertThat(congestion.slowStartThresholdBytes()).isEqualTo(35 * MSS);
        }

        @Test
        void twoSegmentsAreTheLeast() {
            congestion.onLoss(MSS, now);
            assertThat(congestion.windowBytes()).isEqualTo(2 * MSS);
            assertThat(congestion.slowStartThresholdBytes()).isEqualTo(2 * MSS);
        }

        @Test
        void theWindowDoesNotGrowByIt() {
            congestion.onTimeout(10 * MSS, now);
            congestion.onLoss(50 * MSS, now);
            assertThat(congestion.windowBytes()).isEqualTo(MSS);
        }
    }

    @Nested
    @Tag("T-CC-6")
    class InCongestionAvoidance {
        @Test
        void theCurveIsBackAtTheOldWindowAfterK() {
            // 1000 segments: K = cbrt(300 / 0.4) = 9.09 s
            lose(1_000);
            double k = Math.cbrt(300 / 0.4);
            runFor(k);
            assertThat(congestion.windowBytes()).isCloseTo(1_000 * MSS, Percentage.withPercentage(1));
        }

        @Test
        void theCurveIsFlatThereAndSteepBeyond() {
            lose(1_000);
            double k = Math.cbrt(300 / 0.4);
            runFor(k - 2);
            int before = congestion.windowBytes();
            runFor(2);
            int at = congestion.windowBytes();
            runFor(4);
            int after = congestion.windowBytes();
            // 0.4 · 2³ = 3.2 segments in the last 2 s, 0.4 · 4³ = 25.6 in the next 4 s
            assertThat(at - before).isCloseTo(3_200, within(1_500));
            assertThat(after - at).isCloseTo(25_600, within(3_000));
        }

        @Test
        void aSmallFlowGrowsLikeReno() {
            // 20 segments at 10 ms: the curve would need seconds, Reno adds about half a segment per round trip.
            lose(20);
            for (int i = 0; i < 10; i++) {
                roundTrip(10_000_000);
            }
            assertThat(congestion.windowBytes()).isCloseTo(14 * MSS + 10 * 529, within(700));
        }

        @Test
        void aSmallFlowAddsAWholeSegmentPerRoundTripFromItsOldWindowOn() {
            lose(10);
            for (int i = 0; i < 40; i++) {
                roundTrip(1_000_000);
            }
            int before = congestion.windowBytes();
            assertThat(before).isGreaterThan(10 * MSS);
            for (int i = 0; i < 10; i++) {
                roundTrip(1_000_000);
            }
            assertThat(congestion.windowBytes() - before).isCloseTo(10 * MSS, within(700));
        }

        @Test
        @Tag("T-CC-3")
        void oneBigAcknowledgementCountsAsMuchAsManySmallOnes() {
            CubicCongestion other = new CubicCongestion(MSS);
            lose(500);
            other.onAck(490 * MSS, true, RTT, 0);
            other.onLoss(500 * MSS, now);
            congestion.onAck(MSS, true, RTT, now);
            other.onAck(MSS, true, RTT, now);

            int before = congestion.windowBytes();
            congestion.onAck(60 * MSS, true, RTT, now + RTT);
            for (int i = 0; i < 6_000; i++) {
                other.onAck(MSS / 100, true, RTT, now + RTT);
            }
            // Not quite the same: the many see the distance to the curve shrink under way.
            int growth = other.windowBytes() - before;
            assertThat(growth).isGreaterThan(MSS);
            assertThat(congestion.windowBytes() - before).isCloseTo(growth, Percentage.withPercentage(12));
        }

        @Test
        void itAimsAtWhereTheCurveWillBeARoundTripLater() {
            lose(1_000);
            ack(MSS);
            congestion.onAck(700 * MSS, true, 1_000_000_000, now + 1_000_000_000);
            // W(2 s) - W(0) = 0.4 · (K³ - (K - 2)³) with K³ = 750
            assertThat(congestion.windowBytes() - 700 * MSS).isCloseTo(157_700, within(500));
        }

        @Test
        void oneAcknowledgementAddsHalfOfItselfAtTheMost() {
            lose(100);
            ack(MSS);
            now += 3_600_000_000_000L;
            int before = congestion.windowBytes();
            ack(10 * MSS);
            assertThat(congestion.windowBytes() - before).isBetween(1, 5 * MSS);
        }

        @Test
        void silenceOfTheApplicationDoesNotMoveAlongTheCurve() {
            CubicCongestion busy = new CubicCongestion(MSS);
            lose(1_000);
            busy.onAck(990 * MSS, true, RTT, 0);
            busy.onLoss(1_000 * MSS, now);
            congestion.onAck(MSS, true, RTT, now);
            busy.onAck(MSS, true, RTT, now);

            long pause = 20_000_000_000L;
            congestion.onAck(MSS, false, RTT, now + pause);
            congestion.onAck(700 * MSS, true, RTT, now + pause + RTT);
            busy.onAck(700 * MSS, true, RTT, now + RTT);

            assertThat(congestion.windowBytes()).isEqualTo(busy.windowBytes());
        }

        @Test
        void aFlowThatGotLessThanLastTimeLeavesRoom() {
            lose(1_000);
            runFor(3);
            int second = congestion.windowBytes();
            congestion.onLoss(second, now);
            // Fast convergence: the curve levels out at 0.85 of the second window.
            double k = Math.cbrt((0.85 - 0.7) * second / MSS / 0.4);
            runFor(k);
            assertThat(congestion.windowBytes()).isCloseTo((int) (0.85 * second), Percentage.withPercentage(1));
        }
    }

    @Nested
    @Tag("T-CC-6")
    class AfterTwoLosses {
        /// The curve begins steep and levels out at 0.85 of the second window: half of the way to there, in time,
        /// is seven eighths of the growth.
        @Test
        void ofWhichTheSecondCameEarlierTheCurveBeginsSteep() {
            lose(1_000);
            runFor(3);
            int second = congestion.windowBytes();
            congestion.onLoss(second, now);
            runFor(Math.cbrt(0.15 * second / MSS / 0.4) / 2);
            assertThat(congestion.windowBytes())
                    .isCloseTo((int) ((0.85 - 0.15 / 8) * second), Percentage.withPercentage(1));
        }

        @Test
        void atTheSameWindowTheCurveLeadsBackToIt() {
            ack(990 * MSS);
            // more was out than the window: it stays
            congestion.onLoss(2_000 * MSS, now);
            assertThat(congestion.windowBytes()).isEqualTo(1_000 * MSS);
            congestion.onLoss(1_000 * MSS, now);
            runFor(Math.cbrt(300 / 0.4));
            assertThat(congestion.windowBytes()).isCloseTo(1_000 * MSS, Percentage.withPercentage(1));
        }
    }

    @Nested
    class OnATimeOut {
        @Test
        @Tag("T-CC-2")
        void oneSegmentIsLeft() {
            ack(90 * MSS);
            congestion.onTimeout(80 * MSS, now);
            assertThat(congestion.windowBytes()).isEqualTo(MSS);
            assertThat(congestion.slowStartThresholdBytes()).isEqualTo(56 * MSS);
            assertThat(congestion.isInSlowStart()).isTrue();
        }

        @Test
        @Tag("T-CC-2")
        void theNextOneOfTheSameDataKeepsTheThreshold() {
            ack(90 * MSS);
            congestion.onTimeout(80 * MSS, now);
            congestion.onTimeout(MSS, now);
            assertThat(congestion.slowStartThresholdBytes()).isEqualTo(56 * MSS);
        }

        @Test
        void theNextOneOfOtherDataDoesNot() {
            ack(90 * MSS);
            congestion.onTimeout(80 * MSS, now);
            ack(MSS);
            congestion.onTimeout(10 * MSS, now);
            assertThat(congestion.slowStartThresholdBytes()).isEqualTo(7 * MSS);
        }

        @Test
        @Tag("T-CC-6")
        void theCurveBeginsAtItsInflectionAfterwards() {
            ack(990 * MSS);
            congestion.onTimeout(1_000 * MSS, now);
            ack(700 * MSS - MSS);
            assertThat(congestion.isInSlowStart()).isFalse();
            int start = congestion.windowBytes();
            runFor(2);
            // 0.4 · 2³ = 3.2 segments more, and no curve towards the 1000 of before.
            assertThat(congestion.windowBytes() - start).isBetween(2 * MSS, 12 * MSS);
        }
    }

    @Nested
    @Tag("T-CC-6")
    class OnASpuriousLoss {
        @Test
        void everythingIsAsBefore() {
            lose(1_000);
            runFor(2);
            int window = congestion.windowBytes();
            int threshold = congestion.slowStartThresholdBytes();
            congestion.onLoss(window, now);
            congestion.onSpuriousLoss();

            assertThat(congestion.windowBytes()).isEqualTo(window);
            assertThat(congestion.slowStartThresholdBytes()).isEqualTo(threshold);
            runFor(Math.cbrt(300 / 0.4) - 2);
            assertThat(congestion.windowBytes()).isCloseTo(1_000 * MSS, Percentage.withPercentage(1));
        }

        @Test
        void aTimeOutIsTakenBackToo() {
            ack(90 * MSS);
            congestion.onTimeout(80 * MSS, now);
            congestion.onTimeout(80 * MSS, now);
            congestion.onSpuriousLoss();
            assertThat(congestion.windowBytes()).isEqualTo(100 * MSS);
            assertThat(congestion.slowStartThresholdBytes()).isEqualTo(Integer.MAX_VALUE);
        }

        @Test
        void whatWasGainedMeanwhileStays() {
            congestion.onLoss(10 * MSS, now);
            ack(500 * MSS);
            for (int i = 0; i < 100; i++) {
                roundTrip(RTT);
            }
            int window = congestion.windowBytes();
            congestion.onSpuriousLoss();
            assertThat(window).isGreaterThan(10 * MSS);
            assertThat(congestion.windowBytes()).isEqualTo(window);
        }

        @Test
        void onlyOnce() {
            ack(90 * MSS);
            congestion.onLoss(100 * MSS, now);
            congestion.onSpuriousLoss();
            congestion.onIdleRestart(now);
            congestion.onSpuriousLoss();
            assertThat(congestion.windowBytes()).isEqualTo(10 * MSS);
        }

        @Test
        void aFractionOfALargerWindowIsNotPaidOutToASmallerOne() {
            lose(12);
            ack(MSS);
            congestion.onLoss(1_000_000 * MSS, now);
            ack(750_000 * MSS);
            now += 10_000_000_000L;
            ack(600_000 * MSS + 7);
            assertThat(congestion.windowBytes()).isGreaterThan(700_000 * MSS);
            congestion.onIdleRestart(now);
            congestion.onSpuriousLoss();
            int before = congestion.windowBytes();
            congestion.onAck(1, true, RTT, now);
            assertThat(congestion.windowBytes() - before).isLessThanOrEqualTo(1);
        }

        @Test
        void withoutALossNothingHappens() {
            congestion.onSpuriousLoss();
            assertThat(congestion.windowBytes()).isEqualTo(10 * MSS);
            assertThat(congestion.slowStartThresholdBytes()).isEqualTo(Integer.MAX_VALUE);
        }
    }

    @Nested
    @Tag("T-CC-8")
    class AfterIdleness {
        @Test
        void theInitialWindowIsLeftAndTheWayBackIsSlowStart() {
            ack(90 * MSS);
            congestion.onLoss(100 * MSS, now);
            congestion.onIdleRestart(now);
            assertThat(congestion.windowBytes()).isEqualTo(10 * MSS);
            assertThat(congestion.slowStartThresholdBytes()).isEqualTo(70 * MSS);
            assertThat(congestion.isInSlowStart()).isTrue();
        }

        @Test
        void theThresholdRemembersThreeQuartersOfAWindowThatHadGrownBeyondIt() {
            congestion.onLoss(10 * MSS, now);
            for (int i = 0; i < 200; i++) {
                roundTrip(RTT);
            }
            int window = congestion.windowBytes();
            congestion.onIdleRestart(now);
            assertThat(window).isGreaterThan(20 * MSS);
            assertThat(congestion.slowStartThresholdBytes()).isCloseTo(window * 3 / 4, within(3));
        }

        @Test
        void aSmallerWindowStays() {
            congestion.onTimeout(10 * MSS, now);
            congestion.onIdleRestart(now);
            assertThat(congestion.windowBytes()).isEqualTo(MSS);
        }
    }

    @Nested
    @Tag("T-MT-5")
    class OnANewSegmentSize {
        @Test
        void aSmallerOneKeepsTheWindow() {
            congestion.mss(500);
            assertThat(congestion.windowBytes()).isEqualTo(10 * MSS);
            congestion.onTimeout(10 * MSS, now);
            assertThat(congestion.windowBytes()).isEqualTo(500);
        }

        @Test
        void aWindowHoldsAtLeastOneSegment() {
            congestion.onTimeout(10 * MSS, now);
            congestion.mss(9_000);
            assertThat(congestion.windowBytes()).isEqualTo(9_000);
        }
    }

    private void ack(int bytes) {
        congestion.onAck(bytes, true, RTT, now);
    }

    /// Grows to `segments` in slow start and loses one.
    private void lose(int segments) {
        ack((segments - 10) * MSS);
        assertThat(congestion.windowBytes()).isEqualTo(segments * MSS);
        congestion.onLoss(segments * MSS, now);
    }

    private void runFor(double seconds) {
        long end = now + (long) (seconds * 1e9);
        while (now + RTT <= end) {
            roundTrip(RTT);
        }
        now = end;
    }

    private void roundTrip(long rttNanos) {
        int left = congestion.windowBytes();
        int parts = 20;
        for (int i = 0; i < parts; i++) {
            now += rttNanos / parts;
            int acked = i == parts - 1 ? left : Math.min(left, congestion.windowBytes() / parts);
            left -= acked;
            congestion.onAck(acked, true, rttNanos, now);
        }
    }
}
