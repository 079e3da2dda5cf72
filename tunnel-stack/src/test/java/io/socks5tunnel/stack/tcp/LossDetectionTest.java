// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What was sent before something that has arrived (RFC 8985 §6): T-CC-7, T-RT-3.
class LossDetectionTest {
    private static final int MSS = 1_000;
    private static final long MILLI = 1_000_000;
    private static final long RTT = 40 * MILLI;
    private static final long SENT = 5_000 * MILLI;

    private final Scoreboard scoreboard = new Scoreboard(new SpareRecords());
    private final RttEstimator rtt = new RttEstimator(200 * MILLI, 60_000 * MILLI);
    private final LossDetection detection = new LossDetection(scoreboard, rtt);

    @BeforeEach
    void oneRoundTripIsKnown() {
        rtt.onSample(RTT, SENT);
        detection.beginAck(TcpTimestamps.NO_TIME);
    }

    /// Ten segments, one each millisecond.
    private void sendTen() {
        for (int i = 0; i < 10; i++) {
            scoreboard.onSent((long) i * MSS, (i + 1L) * MSS, SENT + i * MILLI);
        }
    }

    private void sack(int segment, long nowNanos) {
        scoreboard.sack((long) segment * MSS, (segment + 1L) * MSS, MSS, detection, nowNanos);
    }

    private void acknowledge(int segments, long nowNanos) {
        scoreboard.acknowledge((long) segments * MSS, detection, nowNanos);
    }

    private long detect(long nowNanos) {
        return detection.detect(false, MSS, nowNanos);
    }

    private void resendFirst(long nowNanos) {
        scoreboard.markLost(scoreboard.head());
        scoreboard.onResent(scoreboard.head(), nowNanos);
    }

    @Nested
    @Tag("T-CC-7")
    class WhatIsLost {
        @Test
        void isNothingBeforeAnythingHasArrived() {
            sendTen();
            assertThat(detect(SENT + 1_000 * MILLI)).isZero();
            assertThat(scoreboard.lostBytes()).isZero();
        }

        @Test
        void isWhatWasSentARoundTripAndAQuarterBeforeNow() {
            sendTen();
            sack(1, SENT + MILLI + RTT);
            assertThat(detect(SENT + RTT + RTT / 4 - 1)).isEqualTo(1);
            assertThat(scoreboard.lostBytes()).isZero();
            assertThat(detect(SENT + RTT + RTT / 4)).isZero();
            assertThat(scoreboard.lostBytes()).isEqualTo(MSS);
            assertThat(detection.latestLossNanos()).isEqualTo(SENT);
        }

        @Test
        void isNothingThatWasSentLater() {
            sendTen();
            sack(4, SENT + 4 * MILLI + RTT);
            detect(SENT + 10_000 * MILLI);
            assertThat(scoreboard.lostBytes()).isEqualTo(4 * MSS);
            assertThat(detection.latestLossNanos()).isEqualTo(SENT + 3 * MILLI);
        }

        @Test
        void isJudgedByItsPlaceWhereAllWasSentAtOneInstant() {
            for (int i = 0; i < 10; i++) {
                scoreboard.onSent((long) i * MSS, (i + 1L) * MSS, SENT);
            }
            sack(4, SENT + RTT);
            detect(SENT + 10_000 * MILLI);
            assertThat(scoreboard.lostBytes()).isEqualTo(4 * MSS);
        }

        @Test
        void isFoundAtOnceBelowThreeSegments() {
            sendTen();
            sack(1, SENT + MILLI + RTT);
            sack(2, SENT + 2 * MILLI + RTT);
            assertThat(detect(SENT + 2 * MILLI + RTT)).isPositive();
            assertThat(scoreboard.lostBytes()).isZero();
            sack(3, SENT + 3 * MILLI + RTT);
            assertThat(detect(SENT + 3 * MILLI + RTT)).isZero();
            assertThat(scoreboard.lostBytes()).isEqualTo(MSS);
        }

        @Test
        void isFoundAtOnceInARecovery() {
            sendTen();
            sack(1, SENT + MILLI + RTT);
            assertThat(detection.detect(true, MSS, SENT + MILLI + RTT)).isZero();
            assertThat(scoreboard.lostBytes()).isEqualTo(MSS);
        }

        @Test
        void waitsForTheLastOfThoseThatHaveTimeLeft() {
            sendTen();
            sack(2, SENT + 2 * MILLI + RTT);
            assertThat(detect(SENT + 2 * MILLI + RTT)).isEqualTo(RTT / 4 - MILLI);
        }

        /// A round trip that this segment took, not the smoothed one.
        @Test
        void isMeasuredByTheLatestRoundTrip() {
            sendTen();
            sack(1, SENT + MILLI + 3 * RTT);
            assertThat(detect(SENT + 3 * RTT + RTT / 4 - 1)).isEqualTo(1);
            detect(SENT + 3 * RTT + RTT / 4);
            assertThat(scoreboard.lostBytes()).isEqualTo(MSS);
        }

        @Test
        void isJudgedByWhatWasSentLastOfAllThatArrived() {
            sendTen();
            sack(5, SENT + 5 * MILLI + RTT);
            sack(1, SENT + 6 * MILLI + RTT);
            detect(SENT + 10_000 * MILLI);
            assertThat(scoreboard.lostBytes()).isEqualTo(4 * MSS);
        }
    }

    @Nested
    @Tag("T-CC-7")
    class RoomForReordering {
        @Test
        void isLeftAlsoBelowThreeSegmentsOnceSomethingArrivedLate() {
            sendTen();
            sack(4, SENT + 4 * MILLI + RTT);
            sack(1, SENT + 4 * MILLI + RTT);
            sack(5, SENT + 5 * MILLI + RTT);
            assertThat(detect(SENT + 5 * MILLI + RTT)).isPositive();
            assertThat(scoreboard.lostBytes()).isZero();
            assertThat(detection.detect(true, MSS, SENT + 5 * MILLI + RTT)).isPositive();
        }

        @Test
        void isNotLeftWhereAllArrivesInOrder() {
            sendTen();
            acknowledge(1, SENT + RTT);
            acknowledge(2, SENT + MILLI + RTT);
            sack(3, SENT + 3 * MILLI + RTT);
            assertThat(detection.detect(true, MSS, SENT + 3 * MILLI + RTT)).isZero();
            assertThat(scoreboard.lostBytes()).isEqualTo(MSS);
        }

        /// What a resend brings comes late by itself.
        @Test
        void isNotLeftBecauseAResendArrives() {
            sendTen();
            sack(1, SENT + MILLI + RTT);
            resendFirst(SENT + 60 * MILLI);
            acknowledge(1, SENT + 60 * MILLI + RTT);
            sack(3, SENT + 60 * MILLI + RTT);
            detection.detect(true, MSS, SENT + 60 * MILLI + RTT);
            // the segment before that took as long and a millisecond more
            assertThat(scoreboard.lostBytes()).isEqualTo(MSS);
        }

        @Test
        void growsByAQuarterOfARoundTripWithEachDuplicateUpToARoundTrip() {
            sendTen();
            sack(1, SENT + MILLI + RTT);
            for (int quarters = 1; quarters <= 4; quarters++) {
                assertThat(detect(SENT + MILLI + RTT)).isEqualTo(quarters * RTT / 4 - MILLI);
                detection.onDuplicateReported();
            }
            assertThat(detect(SENT + MILLI + RTT)).isEqualTo(RTT - MILLI);
        }

        @Test
        void shrinksAgainAfterSixteenRecoveriesWithoutDuplicates() {
            sendTen();
            sack(1, SENT + MILLI + RTT);
            detection.onDuplicateReported();
            for (int i = 0; i < 15; i++) {
                detection.onRecoveryEnded();
            }
            assertThat(detect(SENT + MILLI + RTT)).isEqualTo(RTT / 2 - MILLI);
            detection.onRecoveryEnded();
            assertThat(detect(SENT + MILLI + RTT)).isEqualTo(RTT / 4 - MILLI);
        }
    }

    @Nested
    @Tag("T-RT-3")
    class ASample {
        @Test
        void isTheLongestRoundTripOfWhatIsNewlyAcknowledged() {
            sendTen();
            acknowledge(3, SENT + RTT);
            assertThat(detection.sampleNanos()).isEqualTo(RTT);
        }

        @Test
        void isAtLeastOneNanosecond() {
            sendTen();
            acknowledge(1, SENT);
            assertThat(detection.sampleNanos()).isOne();
        }

        @Test
        void isNotTakenFromSelectiveAcknowledgements() {
            sendTen();
            sack(1, SENT + RTT);
            assertThat(detection.sampleNanos()).isNegative();
        }

        @Test
        void isOfThisAcknowledgementAlone() {
            sendTen();
            acknowledge(1, SENT + 2 * RTT);
            detection.beginAck(TcpTimestamps.NO_TIME);
            assertThat(detection.sampleNanos()).isNegative();
            acknowledge(2, SENT + MILLI + RTT);
            assertThat(detection.sampleNanos()).isEqualTo(RTT);
        }

        @Test
        void isNoneWhereAnythingOfItWasSentTwice() {
            sendTen();
            resendFirst(SENT + 50 * MILLI);
            acknowledge(3, SENT + 50 * MILLI + RTT);
            assertThat(detection.sampleNanos()).isNegative();
            detection.beginAck(TcpTimestamps.NO_TIME);
            acknowledge(4, SENT + 3 * MILLI + RTT);
            assertThat(detection.sampleNanos()).isEqualTo(RTT);
        }
    }

    /// RFC 8985 §6.2: an acknowledgement may answer the original of what was sent again.
    @Nested
    @Tag("T-CC-7")
    class AResend {
        private static final long RESENT = SENT + 100 * MILLI;

        private void resent() {
            sendTen();
            resendFirst(RESENT);
        }

        private boolean isTakenForArrived() {
            return detection.detect(true, MSS, RESENT + 1_000 * MILLI) == 0 && scoreboard.lostBytes() > 0;
        }

        @Test
        void thatIsAnsweredSoonerThanAnyRoundTripIsNotWhatArrived() {
            resent();
            acknowledge(1, RESENT + RTT - 1);
            assertThat(isTakenForArrived()).isFalse();
        }

        @Test
        void thatIsAnsweredAfterTheShortestRoundTripIs() {
            resent();
            acknowledge(1, RESENT + RTT);
            assertThat(isTakenForArrived()).isTrue();
        }

        @Test
        void thatATimestampFromBeforeItAnswersIsNotWhatArrived() {
            resent();
            detection.beginAck(RESENT - 1);
            acknowledge(1, RESENT + 2 * RTT);
            assertThat(isTakenForArrived()).isFalse();
        }

        @Test
        void thatItsOwnTimestampAnswersIsHoweverSoon() {
            resent();
            detection.beginAck(RESENT);
            acknowledge(1, RESENT + 1);
            assertThat(isTakenForArrived()).isTrue();
        }
    }
}
