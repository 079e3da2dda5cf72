// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.stack.TcpState;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The seldom cases of sending: each was once a change that no other test noticed.
class TcpSendingEdgesTest {
    private static final int MSS = TenOut.MSS;

    private static Scoreboard scoreboardOf(TcpWorld world) {
        return world.connection().sender().scoreboard();
    }

    private static CubicCongestion congestionOf(TcpWorld world) {
        return world.connection().sender().congestion();
    }

    private static RttEstimator roundTripsOf(TcpWorld world) {
        return world.connection().sender().rtt();
    }

    @Nested
    class WhatIsOut {
        @Test
        void isNothingWhenWhatCameOutOfOrderIsAcknowledged() {
            TcpWorld world = TenOut.tenOut(new TcpWorld());
            world.send(world.ack(1).sack(TenOut.at(1), TenOut.at(2)));
            assertThat(scoreboardOf(world).sackedBytes()).isEqualTo(MSS);
            world.send(world.ack(TenOut.at(10)));
            assertThat(scoreboardOf(world).sackedBytes()).isZero();
            assertThat(scoreboardOf(world).inFlightBytes()).isZero();
        }

        @Test
        void isNothingWhenASuperSegmentThatWasCutIsAcknowledged() {
            var world = new TcpWorld().withOffload();
            world.handshakeNanos = 20_000_000;
            world.established();
            world.writeAndPoll(TcpWorld.pattern(4 * MSS));
            world.sent.clear();
            world.advanceMillis(60);
            world.expectData(3 * MSS, MSS);
            assertThat(scoreboardOf(world).inFlightBytes()).isEqualTo(4 * MSS);
            world.send(world.ack(4 * MSS));
            assertThat(scoreboardOf(world).inFlightBytes()).isZero();
        }

        @Test
        void countsTheWholeSegmentsAtTheBeginningOfASuperSegment() {
            var world = new TcpWorld().withOffload().established();
            world.writeAndPoll(TcpWorld.pattern(5 * MSS));
            world.writeAndPoll(TcpWorld.pattern(5 * MSS, 5 * MSS));
            world.sent.clear();
            world.send(world.ack(0).sack(5 * MSS, 7 * MSS + 100));
            assertThat(scoreboardOf(world).sackedBytes()).isEqualTo(2 * MSS);
        }

        @Test
        void isOutAgainWhenATimeoutWasNeedless() {
            TcpWorld world = TenOut.tenOut(new TcpWorld().withTimestamps());
            world.advanceMillis(300);
            assertThat(scoreboardOf(world).lostBytes()).isPositive();
            world.sent.clear();
            // echoes a timestamp from before the resend (RFC 3522 §3.2)
            world.send(world.ack(TenOut.at(1)));
            assertThat(scoreboardOf(world).lostBytes()).isZero();
            assertThat(scoreboardOf(world).inFlightBytes()).isEqualTo(9 * MSS);
            world.send(world.ack(TenOut.at(10)));
            assertThat(scoreboardOf(world).inFlightBytes()).isZero();
        }

        /// No client has a reason to send that; one may all the same.
        @Test
        void isSackedFromItsVeryBeginning() {
            var world = new TcpWorld().established();
            world.writeAndPoll(TcpWorld.pattern(3 * MSS));
            world.send(world.ack(0).sack(0, MSS));
            assertThat(scoreboardOf(world).sackedBytes()).isEqualTo(MSS);
        }

        @Test
        void isSackedByAllFourBlocks() {
            TcpWorld world = TenOut.tenOut(new TcpWorld());
            int[] edges = new int[8];
            for (int i = 0; i < edges.length; i++) {
                edges[i] = TenOut.at(i + 1);
            }
            world.send(world.ack(1).sack(edges));
            assertThat(scoreboardOf(world).sackedBytes()).isEqualTo(4 * MSS);
        }
    }

    @Nested
    class RoundTrips {
        /// Nobody knows which copy is acknowledged (RFC 6298 §3).
        @Test
        void areNotToldByWhatWasResent() {
            TcpWorld world = TenOut.tenOut(new TcpWorld());
            long before = roundTripsOf(world).srttNanos();
            world.advanceMillis(300);
            world.sent.clear();
            world.send(world.ack(TenOut.at(10)));
            assertThat(roundTripsOf(world).srttNanos()).isEqualTo(before);
            assertThat(roundTripsOf(world).backoffs()).isPositive();
        }

        @Test
        void areToldAgainByWhatIsSentAfterwards() {
            TcpWorld world = TenOut.tenOut(new TcpWorld());
            long before = roundTripsOf(world).srttNanos();
            world.advanceMillis(300);
            world.sent.clear();
            world.send(world.ack(TenOut.at(10)));
            world.writeAndPoll(new byte[10]);
            world.now += 60_000_000;
            world.send(world.ack(TenOut.at(10) + 10));
            assertThat(roundTripsOf(world).srttNanos()).isGreaterThan(before);
            assertThat(roundTripsOf(world).backoffs()).isZero();
        }

        /// With timestamps it is known (RFC 7323 §4.1).
        @Test
        void areToldByTheTimestampOfWhatWasResent() {
            TcpWorld world = TenOut.tenOut(new TcpWorld().withTimestamps());
            world.advanceMillis(300);
            while (!world.sent.isEmpty()) {
                world.next();
            }
            world.clientTs += 300;
            world.send(world.ack(TenOut.at(10)));
            assertThat(roundTripsOf(world).backoffs()).isZero();
            assertThat(roundTripsOf(world).srttNanos()).isBetween(10_000_000L, 60_000_000L);
        }
    }

    /// RFC 5681 §3.1: what was out counts, wherever in the stream that was.
    @Nested
    class AfterALossOfFewSegments {
        private static final int BEFORE = 10 * MSS;
        private final TcpWorld world = fiveOut();

        private TcpWorld fiveOut() {
            var world = new TcpWorld();
            world.handshakeNanos = 20_000_000;
            world.established();
            world.writeAndPoll(TcpWorld.pattern(BEFORE));
            world.sent.clear();
            world.now += 20_000_000;
            world.send(world.ack(BEFORE));
            world.writeAndPoll(TcpWorld.pattern(BEFORE, 5 * MSS));
            world.sent.clear();
            world.now += 20_000_000;
            return world;
        }

        private void expectSevenTenthsOfFive() {
            assertThat(congestionOf(world).slowStartThresholdBytes()).isEqualTo(5 * MSS * 7 / 10);
        }

        @Test
        void thatSackShowsTheThresholdIsSmall() {
            world.send(world.ack(BEFORE).sack(BEFORE + MSS, BEFORE + 5 * MSS));
            expectSevenTenthsOfFive();
        }

        @Test
        void thatTimeShowsTheThresholdIsAsSmall() {
            world.send(world.ack(BEFORE).sack(BEFORE + MSS, BEFORE + 2 * MSS));
            world.advanceMillis(12);
            expectSevenTenthsOfFive();
        }

        @Test
        void thatTheTimeoutShowsTheThresholdIsAsSmall() {
            world.advanceMillis(300);
            expectSevenTenthsOfFive();
        }

        private int recovered() {
            world.send(world.ack(BEFORE).sack(BEFORE + MSS, BEFORE + 5 * MSS));
            world.send(world.ack(BEFORE + 5 * MSS));
            world.sent.clear();
            assertThat(congestionOf(world).isInSlowStart()).isFalse();
            return congestionOf(world).windowBytes();
        }

        @Test
        void theWindowDoesNotGrowWhileItIsNotFilled() {
            int window = recovered();
            int at = BEFORE + 5 * MSS;
            for (int i = 0; i < 50; i++) {
                world.writeAndPoll(new byte[100]);
                at += 100;
                world.now += 20_000_000;
                world.send(world.ack(at));
            }
            assertThat(congestionOf(world).windowBytes()).isEqualTo(window);
        }

        @Test
        void theWindowGrowsWhileItIsFilled() {
            int window = recovered();
            world.writeAndPoll(TcpWorld.pattern(100 * MSS));
            for (int i = 0; i < 10; i++) {
                world.now += 20_000_000;
                world.send(world.ack((int) world.connection().sender().nxt()));
            }
            assertThat(congestionOf(world).windowBytes()).isGreaterThan(window + MSS);
        }
    }

    @Nested
    class Timers {
        @Test
        void theTimeoutOfWhatWasAcknowledgedIsNotThatOfWhatIsSentNext() {
            var world = new TcpWorld();
            world.handshakeNanos = 20_000_000;
            world.established();
            world.writeAndPoll(new byte[10]);
            world.sent.clear();
            world.now += 20_000_000;
            world.send(world.ack(10));
            world.advanceMillis(150);
            world.writeAndPoll(new byte[10]);
            world.sent.clear();
            world.advanceMillis(190);
            world.expectNothing();
            world.advanceMillis(20);
            world.expectData(10, 10);
        }

        /// A probe is for a tail of which nothing is known (RFC 8985 §7.2).
        @Test
        void noProbeIsWaitedForOnceSomethingCameOutOfOrder() {
            TcpWorld world = TenOut.tenOut(new TcpWorld());
            assertThat(world.connection().timers().isSet(TcpTimers.Kind.LOSS_PROBE))
                    .isTrue();
            world.send(world.ack(1).sack(TenOut.at(1), TenOut.at(2)));
            assertThat(world.connection().timers().isSet(TcpTimers.Kind.LOSS_PROBE))
                    .isFalse();
        }

        @Test
        void aProbeOfNewDataIsOneSegment() {
            var world = new TcpWorld();
            world.handshakeNanos = 20_000_000;
            world.established();
            world.writeAndPoll(TcpWorld.pattern(20 * MSS));
            world.sent.clear();
            world.advanceMillis(60);
            world.expectData(10 * MSS, MSS);
            world.expectNothing();
        }

        /// RFC 9293 §3.8.6.1: the time between them doubles.
        @Test
        void unansweredProbesOfAClosedWindowComeHalfAsOftenEachTime() {
            var world = new TcpWorld().established();
            world.send(world.ack(0).window(0));
            world.writeAndPoll(TcpWorld.pattern(100));
            long last = world.now;
            for (int i = 0; i < 6; i++) {
                while (world.sent.isEmpty()) {
                    world.now = Math.max(world.now, world.stack().nextDeadlineNanos());
                    world.poll();
                }
                world.sent.clear();
                assertThat(world.now - last).isBetween(200_000_000L << i, (200_000_000L << i) + 3_000_000);
                last = world.now;
            }
        }
    }

    @Nested
    class WithinTheWindow {
        private final TcpWorld world = new TcpWorld().established();

        @Test
        void finWaitsWhereTheDataFillsIt() {
            world.send(world.ack(0).window(1));
            world.write(TcpWorld.pattern(128));
            world.shutdownOutput();
            SentPacket data = world.expectData(0, 128);
            assertThat(data.isFin()).isFalse();
            world.expectNothing();
            world.send(world.ack(128).window(1));
            assertThat(world.only().isFin()).isTrue();
        }

        @Test
        void theStateChangesWhenFinIsSent() {
            world.send(world.ack(0).window(0));
            world.shutdownOutput();
            assertThat(world.connection().state()).isEqualTo(TcpState.ESTABLISHED);
            world.send(world.ack(0).window(1));
            assertThat(world.connection().state()).isEqualTo(TcpState.FIN_WAIT_1);
        }

        /// RFC 9293 §3.8.6.2.1: half of the largest window seen is worth a segment.
        @Test
        void aClientOfSmallWindowsIsSentWhatFillsHalfOfItsLargest() {
            var small = new TcpWorld();
            small.isScaling = false;
            small.send(small.syn().window(1_000));
            small.accept();
            small.sent.clear();
            small.send(small.ack(0).window(1_000));
            small.writeAndPoll(TcpWorld.pattern(5_000));
            small.expectData(0, 1_000);
            small.send(small.ack(1_000).window(499));
            small.expectNothing();
            small.send(small.ack(1_000).window(500));
            small.expectData(1_000, 500);
        }
    }

    @Test
    void anIpv4HeaderShowsNothingOfTheIpv6HeaderBeforeIt() {
        var world = new TcpWorld().ipv6().established();
        world.again();
        world.isIpv4 = true;
        world.established();
        world.writeAndPoll(new byte[1]);
        assertThat(world.only().bytes()).startsWith(0x45).satisfies(bytes -> {
            assertThat(bytes[38]).as("urgent pointer").isZero();
            assertThat(bytes[39]).as("urgent pointer").isZero();
        });
    }
}
