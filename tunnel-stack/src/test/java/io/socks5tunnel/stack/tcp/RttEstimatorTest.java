// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RttEstimatorTest {
    private static final long MIN_RTO = millis(200);
    private static final long MAX_RTO = millis(60_000);

    private final RttEstimator rtt = new RttEstimator(MIN_RTO, MAX_RTO);

    @Nested
    class WithoutASample {
        @Test
        @Tag("T-RT-2")
        void theTimeOutIsOneSecond() {
            assertThat(rtt.rtoNanos()).isEqualTo(millis(1_000));
            assertThat(rtt.hasSample()).isFalse();
            assertThat(rtt.srttNanos()).isZero();
            assertThat(rtt.minRttNanos()).isZero();
        }

        @Test
        @Tag("T-RT-5")
        void timeOutsDoubleItUpToTheCeiling() {
            long[] expected = {2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000};
            for (long millis : expected) {
                rtt.onTimeout();
                assertThat(rtt.rtoNanos()).isEqualTo(millis(millis));
            }
            assertThat(rtt.backoffs()).isEqualTo(expected.length);
        }

        @Test
        void noNumberOfTimeOutsOverflows() {
            for (int i = 1; i <= 200; i++) {
                rtt.onTimeout();
                assertThat(rtt.rtoNanos()).isEqualTo(i < 6 ? millis(1_000L << i) : MAX_RTO);
            }
        }

        @Test
        @Tag("T-RT-6")
        void aResentHandshakeMakesItThreeSeconds() {
            rtt.onTimeout();
            rtt.onTimeout();
            rtt.onHandshakeTimeout();
            assertThat(rtt.rtoNanos()).isEqualTo(millis(3_000));
            assertThat(rtt.backoffs()).isZero();
        }

        @Test
        @Tag("T-RT-2")
        void theFloorHoldsForItToo() {
            assertThat(new RttEstimator(millis(1_500), MAX_RTO).rtoNanos()).isEqualTo(millis(1_500));
        }
    }

    @Nested
    @Tag("T-RT-1")
    class WithSamples {
        @Test
        void theFirstOneSetsBothAverages() {
            rtt.onSample(millis(100), 0);
            assertThat(rtt.srttNanos()).isEqualTo(millis(100));
            assertThat(rtt.rttVarNanos()).isEqualTo(millis(50));
            assertThat(rtt.rtoNanos()).isEqualTo(millis(300));
            assertThat(rtt.latestRttNanos()).isEqualTo(millis(100));
        }

        @Test
        void theNextOnesAreWeighed() {
            rtt.onSample(millis(100), 0);
            rtt.onSample(millis(180), 0);
            // RTTVAR = 3/4 · 50 + 1/4 · 80, SRTT = 7/8 · 100 + 1/8 · 180
            assertThat(rtt.rttVarNanos()).isEqualTo(micros(57_500));
            assertThat(rtt.srttNanos()).isEqualTo(millis(110));
            assertThat(rtt.rtoNanos()).isEqualTo(millis(340));
        }

        @Test
        @Tag("T-RT-2")
        void theTimeOutStaysBetweenFloorAndCeiling() {
            rtt.onSample(millis(1), 0);
            assertThat(rtt.rtoNanos()).isEqualTo(MIN_RTO);
            RttEstimator slow = new RttEstimator(MIN_RTO, MAX_RTO);
            slow.onSample(millis(50_000), 0);
            assertThat(slow.rtoNanos()).isEqualTo(MAX_RTO);
        }

        @Test
        void aSteadyPathKeepsTheGranularityAboveItsRoundTrip() {
            RttEstimator free = new RttEstimator(0, MAX_RTO);
            for (int i = 0; i < 200; i++) {
                free.onSample(millis(10), 0);
            }
            assertThat(free.rttVarNanos()).isLessThan(10);
            assertThat(free.rtoNanos()).isEqualTo(millis(11));
        }

        @Test
        @Tag("T-RT-3")
        void aSampleEndsTheBackOff() {
            rtt.onSample(millis(100), 0);
            rtt.onTimeout();
            assertThat(rtt.rtoNanos()).isEqualTo(millis(600));
            rtt.onSample(millis(100), 0);
            assertThat(rtt.rtoNanos()).isLessThan(millis(300));
            assertThat(rtt.backoffs()).isZero();
        }

        @Test
        @Tag("T-RT-6")
        void aResentHandshakeDoesNotOverruleASample() {
            rtt.onSample(millis(100), 0);
            rtt.onHandshakeTimeout();
            assertThat(rtt.rtoNanos()).isEqualTo(millis(300));
        }

        @Test
        void manyPerRoundTripWeighLessEach() {
            rtt.onSample(millis(100), 0);
            RttEstimator one = new RttEstimator(MIN_RTO, MAX_RTO);
            one.onSample(millis(100), 0);
            for (int i = 0; i < 10; i++) {
                rtt.onSample(millis(200), 10, 0);
            }
            one.onSample(millis(200), 0);
            // 100 + 100 · (1 - (79/80)^10) against 112.5
            assertThat(rtt.srttNanos()).isBetween(micros(111_800), micros(112_500));
            assertThat(one.srttNanos()).isEqualTo(micros(112_500));
        }
    }

    @Nested
    @Tag("T-RT-9")
    class OnAFastPath {
        @Test
        void microsecondsAreKept() {
            for (int i = 0; i < 1_000; i++) {
                rtt.onSample(micros(7), 0);
            }
            assertThat(rtt.srttNanos()).isEqualTo(micros(7));
            assertThat(rtt.minRttNanos()).isEqualTo(micros(7));
            assertThat(rtt.rtoNanos()).isEqualTo(MIN_RTO);
        }

        @Test
        void averagesFollowEvenByNanoseconds() {
            rtt.onSample(1_000, 0);
            for (int i = 0; i < 500; i++) {
                rtt.onSample(1_010, 20, 0);
            }
            assertThat(rtt.srttNanos()).isBetween(1_008L, 1_010L);
        }

        @Test
        void aRoundTripInNoTimeIsOneNanosecond() {
            rtt.onSample(0, 0);
            rtt.onSample(-5, 0);
            assertThat(rtt.srttNanos()).isEqualTo(1);
            assertThat(rtt.minRttNanos()).isEqualTo(1);
            assertThat(rtt.rtoNanos()).isEqualTo(MIN_RTO);
        }
    }

    @Nested
    @Tag("T-CC-7")
    class LeastRoundTrip {
        @Test
        void isTheLeastOfTheLastMinutes() {
            rtt.onSample(millis(30), 0);
            rtt.onSample(millis(10), millis(1_000));
            rtt.onSample(millis(20), millis(2_000));
            assertThat(rtt.minRttNanos()).isEqualTo(millis(10));
        }

        @Test
        void isForgottenAfterTwoWindows() {
            long window = RttEstimator.MIN_RTT_WINDOW_NANOS;
            rtt.onSample(millis(10), 0);
            rtt.onSample(millis(40), window);
            assertThat(rtt.minRttNanos()).isEqualTo(millis(10));
            rtt.onSample(millis(50), 2 * window);
            assertThat(rtt.minRttNanos()).isEqualTo(millis(40));
        }

        @Test
        void isForgottenAfterALongSilence() {
            rtt.onSample(millis(10), 0);
            rtt.onSample(millis(40), 10 * RttEstimator.MIN_RTT_WINDOW_NANOS);
            assertThat(rtt.minRttNanos()).isEqualTo(millis(40));
        }

        @Test
        void worksOnAClockThatBeganBelowZero() {
            rtt.onSample(millis(10), Long.MIN_VALUE / 2);
            rtt.onSample(millis(40), Long.MIN_VALUE / 2 + millis(5));
            assertThat(rtt.minRttNanos()).isEqualTo(millis(10));
        }
    }

    @Test
    void boundsTheWrongWayRoundAreRefused() {
        assertThatThrownBy(() -> new RttEstimator(2, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static long millis(long millis) {
        return millis * 1_000_000;
    }

    private static long micros(long micros) {
        return micros * 1_000;
    }
}
