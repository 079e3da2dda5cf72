// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static io.socks5tunnel.stack.tcp.TenOut.MSS;
import static io.socks5tunnel.stack.tcp.TenOut.at;
import static io.socks5tunnel.stack.tcp.TenOut.tenOut;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What is found lost and sent again: RACK-TLP (RFC 8985) and NewReno (RFC 6582): T-CC-1 to T-CC-9.
class TcpLossRecoveryTest {
    @Nested
    class ByTime {
        private final TcpWorld world = tenOut(new TcpWorld());

        @Test
        @Tag("T-CC-5")
        @Tag("T-CC-7")
        void aHoleBelowThreeSackedSegmentsIsFilledAtOnce() {
            world.send(world.ack(1).sack(at(1), at(2)));
            world.sent.removeIf(packet -> world.relativeSeq(packet) >= at(10));
            world.expectNothing();
            world.send(world.ack(1).sack(at(1), at(4)));
            world.expectData(1, MSS);
        }

        @Test
        @Tag("T-CC-7")
        void aHoleBelowOneSackedSegmentIsFilledAfterAQuarterOfARoundTrip() {
            world.send(world.ack(1).sack(at(1), at(2)));
            world.expectNothing();
            world.advanceMillis(12);
            world.expectData(1, MSS);
        }

        /// T-CC-9: else a client could cut what is in flight into pieces of a byte.
        @Test
        @Tag("T-CC-9")
        @Tag("T-CC-10")
        void blocksBelowASegmentCountForNothing() {
            world.send(world.ack(1).sack(at(1) + 1, at(1) + 2, at(4), at(4) + 1));
            world.advanceMillis(12);
            world.expectNothing();
        }

        @Test
        void aBlockCountsByTheWholeSegmentsInIt() {
            world.send(world.ack(1).sack(at(1) - 1, at(4) + 1));
            world.expectData(1, MSS);
        }

        @Test
        @Tag("T-CC-5")
        void twoHolesAreFilledInOneRoundTrip() {
            world.send(world.ack(1).sack(at(1), at(5), at(6), at(10)));
            world.expectData(1, MSS);
            world.expectData(at(5), MSS);
            world.expectNothing();
            world.now += 20_000_000;
            world.send(world.ack(at(10)));
            assertThat(world.flow.unacknowledgedBytes()).isZero();
            assertThat(world.connection().sender().recovery().isRecovering()).isFalse();
        }

        @Test
        @Tag("T-CC-1")
        void theWindowShrinksOncePerRecovery() {
            int before = world.connection().sender().congestion().windowBytes();
            world.send(world.ack(1).sack(at(1), at(5)));
            int after = world.connection().sender().congestion().windowBytes();
            assertThat(after).isLessThan(before);
            world.send(world.ack(1).sack(at(6), at(10), at(1), at(5)));
            assertThat(world.connection().sender().congestion().windowBytes()).isEqualTo(after);
        }

        /// RFC 5681 §4.3: losses in two windows are two signs of congestion, also where the second is found before
        /// the first is repaired.
        @Test
        @Tag("T-CC-2")
        void theWindowShrinksAgainWhenSomethingIsLostThatWasSentSince() {
            world.write(TcpWorld.pattern(20 * MSS));
            world.send(world.ack(1).sack(at(1), at(10)));
            int after = world.connection().sender().congestion().windowBytes();
            world.now += 20_000_000;
            world.send(world.ack(1).sack(at(11), at(14), at(1), at(10)));
            assertThat(world.connection().sender().congestion().windowBytes()).isLessThan(after);
            world.sent.clear();
            world.now += 20_000_000;
            world.send(world.ack(at(14)));
            assertThat(world.connection().sender().recovery().isRecovering()).isTrue();
        }

        /// RFC 5681 §4.3, too.
        @Test
        @Tag("T-CC-2")
        void theWindowShrinksAgainWhenAResendIsLost() {
            world.write(TcpWorld.pattern(20 * MSS));
            world.send(world.ack(1).sack(at(1), at(10)));
            int after = world.connection().sender().congestion().windowBytes();
            world.now += 30_000_000;
            world.send(world.ack(1).sack(at(1), at(13)));
            world.advanceMillis(15);
            assertThat(world.connection().sender().congestion().windowBytes()).isLessThan(after);
        }

        @Test
        @Tag("T-CC-7")
        void aLostResendIsFoundByWhatWasSentAfterIt() {
            world.write(TcpWorld.pattern(20 * MSS));
            world.send(world.ack(1).sack(at(1), at(10)));
            world.expectData(1, MSS);
            int newFrom = world.relativeSeq(world.sent.peek());
            assertThat(newFrom).isEqualTo(at(10));
            world.sent.clear();
            world.now += 30_000_000;
            world.send(world.ack(1).sack(at(1), at(13)));
            world.advanceMillis(15);
            world.expectData(1, MSS);
        }

        @Test
        @Tag("T-CC-5")
        void sackedDataIsKeptUntilItIsAcknowledgedAndResentAfterReneging() {
            world.send(world.ack(1).sack(at(1), at(10)));
            world.sent.clear();
            assertThat(world.flow.unacknowledgedBytes()).isEqualTo(10 * MSS);
            // The client forgets what it had: the timer clears the board, and everything comes again.
            boolean[] seen = new boolean[10];
            int acknowledged = 1;
            for (int i = 0; i < 40 && acknowledged < at(10); i++) {
                world.advanceMillis(500);
                while (!world.sent.isEmpty()) {
                    SentPacket packet = world.next();
                    int segment = (world.relativeSeq(packet) - 1) / MSS;
                    seen[segment] = true;
                    if (world.relativeSeq(packet) == acknowledged) {
                        acknowledged += packet.length();
                    }
                }
                world.send(world.ack(acknowledged));
            }
            assertThat(seen).containsOnly(true);
            assertThat(world.flow.unacknowledgedBytes()).isZero();
        }

        @Test
        @Tag("T-CC-9")
        void absurdSacksDoNoHarm() {
            world.send(world.ack(1).sack(-500, -100, at(20), at(30)));
            world.send(world.ack(1).sack(at(3), at(2), 1, at(200)));
            world.send(world.ack(1).sack(Integer.MIN_VALUE, Integer.MAX_VALUE, 5, 5));
            world.advanceMillis(1);
            assertThat(world.connection().sender().scoreboard().sackedBytes()).isZero();
            for (int i = 1; i < 10 * MSS; i += 2) {
                world.send(world.ack(1).sack(1 + i, 2 + i));
            }
            world.send(world.ack(at(10)));
            assertThat(world.flow.unacknowledgedBytes()).isZero();
        }
    }

    /// RFC 5681 §3.1, §3.2, RFC 3042: the first duplicates let new data out, and do not grow the window.
    @Nested
    class InSlowStart {
        private final TcpWorld world = tenOut(new TcpWorld());

        private int windowBytes() {
            return world.connection().sender().congestion().windowBytes();
        }

        @Test
        @Tag("T-CC-3")
        @Tag("T-CC-4")
        void whatIsSackedLetsOutAsMuchAndNoMore() {
            world.write(TcpWorld.pattern(20 * MSS));
            int before = windowBytes();
            world.send(world.ack(1).sack(at(1), at(2)));
            world.expectData(at(10), MSS);
            world.expectNothing();
            world.send(world.ack(1).sack(at(1), at(3)));
            world.expectData(at(11), MSS);
            world.expectNothing();
            assertThat(windowBytes()).isEqualTo(before);
        }

        @Test
        @Tag("T-CC-3")
        void whatWasSackedCountsOnceWhenTheHoleIsFilled() {
            world.write(TcpWorld.pattern(20 * MSS));
            int before = windowBytes();
            world.send(world.ack(1).sack(at(1), at(3)));
            world.send(world.ack(at(10)));
            assertThat(windowBytes()).isEqualTo(before + 10 * MSS);
        }

        /// What was told in a recovery is paid for by the window that it ended with.
        @Test
        @Tag("T-CC-3")
        void whatWasSackedInARecoveryNeverCounts() {
            world.write(TcpWorld.pattern(20 * MSS));
            world.send(world.ack(1).sack(at(1), at(10)));
            int after = windowBytes();
            world.now += 20_000_000;
            world.send(world.ack(at(10)));
            assertThat(windowBytes()).isBetween(after, after + MSS);
        }
    }

    @Nested
    class TailLossProbes {
        @Test
        @Tag("T-CC-7")
        void theTailIsProbedAfterTwoRoundTrips() {
            TcpWorld world = tenOut(new TcpWorld());
            world.advanceMillis(15);
            world.expectNothing();
            world.advanceMillis(30);
            SentPacket probe = world.expectData(at(9), MSS);
            assertThat(probe.payload()).isNotEmpty();
            world.expectNothing();
            world.advanceMillis(100);
            world.expectNothing();
        }

        @Test
        void theAnswerToAProbeShowsTheHoles() {
            TcpWorld world = tenOut(new TcpWorld());
            world.advanceMillis(45);
            world.expectData(at(9), MSS);
            world.now += 20_000_000;
            world.send(world.ack(at(4)).sack(at(9), at(10)));
            world.advanceMillis(20);
            int resent = 0;
            while (!world.sent.isEmpty()) {
                SentPacket packet = world.next();
                resent += packet.length();
            }
            assertThat(resent).isEqualTo(5 * MSS);
        }

        @Test
        void newDataIsTheBetterProbe() {
            TcpWorld world = new TcpWorld().established();
            world.write(TcpWorld.pattern(11 * MSS));
            world.poll();
            world.sent.clear();
            world.advanceMillis(150);
            world.expectData(10 * MSS, MSS);
        }

        /// RFC 8985 §7.2: two round trips, and the client's delay where only one segment is out.
        @Test
        @Tag("T-CC-7")
        void aSingleSegmentIsProbedAfterTheClientsDelayToo() {
            TcpWorld world = new TcpWorld();
            world.handshakeNanos = 400_000_000;
            world.established();
            world.writeAndPoll(TcpWorld.pattern(MSS));
            world.sent.clear();
            world.advanceMillis(998);
            world.expectNothing();
            world.advanceMillis(4);
            world.expectData(0, MSS);
            assertThat(world.connection().sender().recovery().isRecovering()).isFalse();
        }

        @Test
        @Tag("T-CC-7")
        void twoSegmentsAreProbedAfterTwoRoundTrips() {
            TcpWorld world = new TcpWorld();
            world.handshakeNanos = 400_000_000;
            world.established();
            world.writeAndPoll(TcpWorld.pattern(2 * MSS));
            world.sent.clear();
            world.advanceMillis(798);
            world.expectNothing();
            world.advanceMillis(4);
            world.expectData(MSS, MSS);
        }

        @Test
        @Tag("T-CC-7")
        void withoutARoundTripTheFirstProbeComesAfterASecond() {
            TcpWorld world = new TcpWorld();
            world.send(world.syn());
            world.accept();
            world.advanceMillis(1_500);
            world.sent.clear();
            world.send(world.ack(0));
            assertThat(world.connection().sender().rtt().hasSample()).isFalse();
            world.writeAndPoll(TcpWorld.pattern(2 * MSS));
            world.sent.clear();
            world.advanceMillis(998);
            world.expectNothing();
            world.advanceMillis(4);
            world.expectData(MSS, MSS);
        }

        /// RFC 8985 §7.3.
        @Test
        @Tag("T-RT-4")
        @Tag("T-CC-7")
        void aProbeGivesTheTimerItsWholeTimeAgain() {
            TcpWorld world = new TcpWorld();
            world.handshakeNanos = 400_000_000;
            world.established();
            world.writeAndPoll(TcpWorld.pattern(2 * MSS));
            world.advanceMillis(802);
            world.sent.clear();
            world.advanceMillis(1_196);
            world.expectNothing();
            world.advanceMillis(8);
            world.expectData(0, MSS);
        }

        @Test
        @Tag("T-CC-7")
        void whatEndsWithTheClientsWindowIsProbed() {
            TcpWorld world = new TcpWorld();
            world.clientScale = 0;
            world.established();
            world.send(world.ack(0).window(2 * MSS));
            world.writeAndPoll(TcpWorld.pattern(2 * MSS));
            world.sent.clear();
            world.advanceMillis(150);
            world.expectData(MSS, MSS);
        }

        @Test
        @Tag("T-CC-7")
        void whatTheClientTookBackWithItsWindowIsNot() {
            TcpWorld world = new TcpWorld();
            world.clientScale = 0;
            world.established();
            world.send(world.ack(0).window(2 * MSS));
            world.writeAndPoll(TcpWorld.pattern(2 * MSS));
            world.sent.clear();
            world.send(world.ack(0).window(2 * MSS - 1));
            world.advanceMillis(150);
            world.expectNothing();
        }

        @Test
        @Tag("T-CC-7")
        void aRepairByTheProbeCostsWindow() {
            TcpWorld world = tenOut(new TcpWorld());
            world.send(world.ack(at(9)));
            int before = world.connection().sender().congestion().windowBytes();
            world.advanceMillis(300);
            world.sent.clear();
            world.writeAndPoll(new byte[1]);
            world.sent.clear();
            world.now += 20_000_000;
            world.send(world.ack(at(10) + 1));
            assertThat(world.connection().sender().congestion().windowBytes()).isLessThan(before);
        }
    }

    @Nested
    class WithoutSack {
        private final TcpWorld world = new TcpWorld();

        private void tenOutWithoutSack() {
            world.isSack = false;
            tenOut(world);
        }

        @Test
        @Tag("T-CC-4")
        void theThirdDuplicateResendsTheFirstSegment() {
            tenOutWithoutSack();
            world.send(world.ack(1));
            world.send(world.ack(1));
            world.expectNothing();
            world.send(world.ack(1));
            world.expectData(1, MSS);
        }

        @Test
        @Tag("T-CC-4")
        void theFirstTwoDuplicatesLetNewDataOut() {
            tenOutWithoutSack();
            world.write(TcpWorld.pattern(5 * MSS));
            world.poll();
            world.sent.clear();
            long newFrom = world.connection().sender().nxt();
            world.send(world.ack(1));
            world.expectData((int) newFrom, MSS);
            world.expectNothing();
            world.send(world.ack(1));
            world.expectData((int) newFrom + MSS, MSS);
            world.expectNothing();
        }

        @Test
        @Tag("T-CC-4")
        void aPartialAcknowledgementResendsTheNextHole() {
            tenOutWithoutSack();
            for (int i = 0; i < 5; i++) {
                world.send(world.ack(1));
            }
            world.sent.clear();
            world.now += 20_000_000;
            world.send(world.ack(at(4)));
            world.expectData(at(4), MSS);
            world.send(world.ack(at(10)));
            assertThat(world.connection().sender().recovery().isRecovering()).isFalse();
        }

        /// RFC 6582 §3.2: each duplicate says that a segment has left, and a partial acknowledgement takes as many
        /// back as it covers.
        @Test
        @Tag("T-CC-4")
        void duplicatesCountAsSegmentsThatHaveLeft() {
            tenOutWithoutSack();
            TcpSender sender = world.connection().sender();
            assertThat(sender.recovery().pipeBytes()).isEqualTo(10 * MSS);
            for (int i = 1; i <= 5; i++) {
                world.send(world.ack(1));
                assertThat(sender.scoreboard().inFlightBytes()
                                - sender.recovery().pipeBytes())
                        .isEqualTo((long) i * MSS);
            }
            world.send(world.ack(at(4)));
            assertThat(sender.scoreboard().inFlightBytes() - sender.recovery().pipeBytes())
                    .isEqualTo(MSS);
        }

        @Test
        @Tag("T-TX-5")
        void aWindowUpdateIsNoDuplicate() {
            tenOutWithoutSack();
            for (int i = 0; i < 5; i++) {
                world.send(world.ack(1).window(60_000 - i));
            }
            world.expectNothing();
        }

        @Test
        void dataIsNoDuplicate() {
            tenOutWithoutSack();
            for (int i = 0; i < 5; i++) {
                world.send(world.data(i, "x").ack(1));
            }
            assertThat(world.sent).allMatch(packet -> packet.length() == 0);
        }
    }
}
