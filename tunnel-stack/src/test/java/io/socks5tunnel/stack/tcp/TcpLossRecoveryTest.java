// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Retransmission, RACK-TLP and NewReno (RFC 6298, RFC 8985, RFC 6582): T-RT-1 to T-RT-10, T-CC-4 to T-CC-9.
class TcpLossRecoveryTest {
    private static final int MSS = 1460;

    /// Ten segments are out, and a round trip of 20 ms is known.
    private static TcpWorld tenOut(TcpWorld world) {
        world.handshakeNanos = 20_000_000;
        world.established();
        world.writeAndPoll(new byte[1]);
        world.sent.clear();
        world.now += 20_000_000;
        world.clientTs += 20;
        world.send(world.ack(1));
        world.writeAndPoll(TcpWorld.pattern(10 * MSS));
        world.sent.clear();
        world.now += 20_000_000;
        world.clientTs += 20;
        return world;
    }

    private static int at(int segment) {
        return 1 + segment * MSS;
    }

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

    @Nested
    class SuperSegments {
        private static final int SIZE = 44 * 1448;
        private final TcpWorld world = new TcpWorld().withTimestamps().withOffload();
        private int acknowledged;
        private int sentTo;

        /// Grows the window until four super-segments are out.
        private void fourOut() {
            world.handshakeNanos = 20_000_000;
            world.established();
            for (int i = 0; i < 40; i++) {
                while (world.write(TcpWorld.pattern(sentTo, 50_000)) == 50_000) {
                    sentTo += 50_000;
                }
                world.poll();
                acknowledged += world.sent.stream().mapToInt(SentPacket::length).sum();
                world.sent.clear();
                world.now += 20_000_000;
                world.clientTs += 20;
                world.send(world.ack(acknowledged).window(16384));
                if (world.sent.stream().filter(p -> p.length() == SIZE).count() >= 4) {
                    break;
                }
            }
            world.now += 20_000_000;
            world.clientTs += 20;
        }

        @Test
        void oneLostInAWindowComesAgainWhole() {
            fourOut();
            SentPacket lost = world.next();
            SentPacket second = world.next();
            world.sent.clear();
            int base = world.relativeSeq(lost);
            assertThat(world.relativeSeq(second)).isEqualTo(base + lost.length());
            int sackedTo = (int) world.connection().sender().nxt();
            world.send(world.ack(base).sack(world.relativeSeq(second), sackedTo).window(16384));
            SentPacket again = world.next();
            assertThat(world.relativeSeq(again)).isEqualTo(base);
            assertThat(again.payload()).isEqualTo(lost.payload());
        }

        @Test
        void aPartialAcknowledgementLeavesTheRestOut() {
            fourOut();
            SentPacket first = world.next();
            int base = world.relativeSeq(first);
            world.sent.clear();
            world.send(world.ack(base + 1448 * 3).window(16384));
            TransmissionRecord head = world.connection().sender().scoreboard().head();
            assertThat(head.length()).isEqualTo(first.length() - 1448 * 3);
            assertThat(world.connection().sender().una()).isEqualTo(base + 1448 * 3);
        }

        @Test
        @Tag("T-CC-5")
        void aHoleInsideOneIsFilledByJustThatMuch() {
            fourOut();
            SentPacket first = world.next();
            int base = world.relativeSeq(first);
            world.sent.clear();
            world.send(world.ack(base + 1448)
                    .sack(base + 1448 * 3, (int) world.connection().sender().nxt())
                    .window(16384));
            SentPacket again = world.next();
            assertThat(world.relativeSeq(again)).isEqualTo(base + 1448);
            assertThat(again.length()).isEqualTo(2 * 1448);
        }

        @Test
        void whatIsLostAgainAndAgainGoesInSmallerPieces() {
            fourOut();
            int base = world.relativeSeq(world.sent.peek());
            world.sent.clear();
            int smallest = Integer.MAX_VALUE;
            for (int i = 0; i < 6; i++) {
                world.advanceMillis(3_000L << i);
                while (!world.sent.isEmpty()) {
                    SentPacket packet = world.next();
                    if (world.relativeSeq(packet) == base) {
                        smallest = Math.min(smallest, packet.length());
                    }
                }
            }
            assertThat(smallest).isLessThanOrEqualTo(1448);
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
            world.writeAndPoll(TcpWorld.pattern(5 * MSS));
            world.sent.clear();
            world.send(world.ack(1));
            world.send(world.ack(1));
            assertThat(world.sent).hasSizeLessThanOrEqualTo(2);
            assertThat(world.sent).allMatch(packet -> world.relativeSeq(packet) >= at(10));
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

    @Nested
    class Timeouts {
        @Test
        @Tag("T-RT-5")
        @Tag("T-RT-7")
        void theTimerBacksOffExponentiallyAndGivesUpAfterLong() {
            TcpWorld world = new TcpWorld().established();
            world.writeAndPoll(TcpWorld.pattern(10));
            world.sent.clear();
            long start = world.now;
            long last = start;
            long previousGap = 0;
            int resends = 0;
            while (world.resets == 0) {
                world.now = Math.max(world.now, world.stack().nextDeadlineNanos());
                world.poll();
                while (!world.sent.isEmpty()) {
                    SentPacket packet = world.next();
                    if (packet.isRst()) {
                        continue;
                    }
                    long gap = world.now - last;
                    if (resends > 1 && gap < 59_000_000_000L) {
                        assertThat((double) gap / previousGap).isBetween(1.9, 2.1);
                    }
                    previousGap = gap;
                    last = world.now;
                    resends++;
                    assertThat(world.relativeSeq(packet)).isZero();
                }
            }
            assertThat(world.now - start).isGreaterThan(100_000_000_000L);
            assertThat(world.stack().flowCount()).isZero();
            assertThat(world.slabsOfFlows()).isZero();
        }

        @Test
        @Tag("T-CC-2")
        @Tag("T-RT-5")
        void onlyOneSegmentLeavesAtATimeout() {
            TcpWorld world = tenOut(new TcpWorld());
            world.advanceMillis(400);
            world.sent.clear();
            assertThat(world.connection().sender().congestion().windowBytes()).isEqualTo(MSS);
            world.send(world.ack(at(1)));
            assertThat(world.sent).hasSize(2);
        }

        @Test
        @Tag("T-RT-4")
        void duplicatesDoNotRestartTheTimer() {
            TcpWorld world = new TcpWorld();
            world.isSack = false;
            world.established();
            world.writeAndPoll(TcpWorld.pattern(2 * MSS));
            world.sent.clear();
            for (int i = 0; i < 2; i++) {
                world.advanceMillis(95);
                world.send(world.ack(0));
            }
            world.advanceMillis(15);
            world.expectData(0, MSS);
        }

        @Test
        @Tag("T-RT-4")
        void anAcknowledgementOfEverythingStopsTheTimer() {
            TcpWorld world = tenOut(new TcpWorld());
            world.send(world.ack(at(10)));
            world.advanceMillis(60_000);
            world.expectNothing();
            assertThat(world.stack().nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
        }

        @Test
        @Tag("T-RT-3")
        void resentSegmentsGiveNoSample() {
            TcpWorld world = new TcpWorld().established();
            world.writeAndPoll(TcpWorld.pattern(10));
            long rtt = world.connection().sender().rtt().srttNanos();
            world.advanceMillis(500);
            world.send(world.ack(10));
            assertThat(world.connection().sender().rtt().srttNanos()).isEqualTo(rtt);
        }

        @Test
        void aNeedlessTimeoutIsUndoneByTimestamps() {
            TcpWorld world = tenOut(new TcpWorld().withTimestamps());
            int window = world.connection().sender().congestion().windowBytes();
            int tsOfOriginal = world.lastTsVal + 20;
            world.advanceMillis(300);
            world.sent.clear();
            assertThat(world.connection().sender().congestion().windowBytes()).isLessThan(window);
            world.lastTsVal = tsOfOriginal;
            world.send(world.ack(at(1)));
            assertThat(world.connection().sender().congestion().windowBytes()).isGreaterThanOrEqualTo(window);
            world.expectNothing();
        }

        @Test
        @Tag("T-RT-9")
        void roundTripsOfMicrosecondsWork() {
            TcpWorld world = new TcpWorld().withOffload().established();
            int at = 0;
            for (int i = 0; i < 1000; i++) {
                world.write(TcpWorld.pattern(MSS));
                world.poll();
                at += MSS;
                world.sent.clear();
                world.now += 1;
                world.send(world.ack(at));
                world.expectNothing();
            }
            assertThat(world.connection().sender().rtt().rtoNanos()).isEqualTo(200_000_000L);
        }
    }
}
