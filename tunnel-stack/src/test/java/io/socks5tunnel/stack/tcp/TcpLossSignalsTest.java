// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What acknowledgements say about loss and time beyond their number, and what follows from it: what mutants of the
/// code survived until these were written.
class TcpLossSignalsTest {
    private static final int MSS = 1460;

    private static int at(int segment) {
        return segment * MSS;
    }

    private static int windowOf(TcpWorld world) {
        return world.connection().sender().congestion().windowBytes();
    }

    /// Sends `count` segments, and a tail loss probe that resends the last one.
    private static TcpWorld probed(TcpWorld world, int count) {
        world.handshakeNanos = 20_000_000;
        world.established();
        world.writeAndPoll(TcpWorld.pattern(count * MSS));
        world.sent.clear();
        world.advanceMillis(60);
        return world;
    }

    @Nested
    @Tag("T-CC-7")
    class TheAnswerToAProbe {
        private final TcpWorld world = probed(new TcpWorld(), 4);

        @Test
        void thatReportsADuplicateCostsNoWindow() {
            world.expectData(at(3), MSS);
            int before = windowOf(world);
            world.send(world.ack(at(4)).sack(at(3), at(4)));
            world.writeAndPoll(new byte[1]);
            world.send(world.ack(at(4) + 1));
            assertThat(windowOf(world)).isGreaterThanOrEqualTo(before);
        }

        @Test
        void thatReportsNoneCostsWindow() {
            world.expectData(at(3), MSS);
            int before = windowOf(world);
            world.send(world.ack(at(4)));
            world.writeAndPoll(new byte[1]);
            world.send(world.ack(at(4) + 1));
            assertThat(windowOf(world)).isLessThan(before);
        }

        @Test
        void thatComesTwiceCostsNoWindow() {
            world.expectData(at(3), MSS);
            int before = windowOf(world);
            world.send(world.ack(at(4)));
            world.writeAndPoll(new byte[1]);
            // the original had arrived: the client acknowledges the probe a second time
            world.send(world.ack(at(4)));
            world.send(world.ack(at(4) + 1));
            assertThat(windowOf(world)).isGreaterThanOrEqualTo(before);
        }

        @Test
        void thatDoesNotComeIsNotWaitedForWithASecondProbe() {
            world.expectData(at(3), MSS);
            world.advanceMillis(100);
            world.expectNothing();
            world.advanceMillis(200);
            world.expectData(0, MSS);
        }
    }

    @Nested
    @Tag("T-CC-7")
    class AProbe {
        @Test
        void ofASuperSegmentIsItsLastSegmentAlone() {
            TcpWorld world = probed(new TcpWorld().withOffload(), 4);
            world.expectData(at(3), MSS);
            world.expectNothing();
        }
    }

    @Nested
    class ADuplicateReport {
        @Test
        void withinAnotherBlockIsNoArrival() {
            TcpWorld world = new TcpWorld().established();
            world.writeAndPoll(TcpWorld.pattern(10 * MSS));
            world.sent.clear();
            world.send(world.ack(0).sack(at(1), at(2)));
            world.send(world.ack(0).sack(at(1), at(2), at(1), at(2)));
            assertThat(world.connection().sender().scoreboard().sackedBytes()).isEqualTo(MSS);
            world.expectNothing();
        }

        @Test
        void belowTheAcknowledgementSacksNothing() {
            TcpWorld world = new TcpWorld().established();
            world.writeAndPoll(TcpWorld.pattern(10 * MSS));
            world.sent.clear();
            world.send(world.ack(at(2)).sack(0, at(1), at(3), at(4)));
            assertThat(world.connection().sender().scoreboard().sackedBytes()).isEqualTo(MSS);
        }
    }

    /// The first hole is filled when the round trip and the room for reordering are over; a duplicate widens the
    /// room from a quarter of a round trip to half of one (RFC 8985 §6.2 step 4, RFC 2883 §4).
    @Nested
    @Tag("T-CC-7")
    class TheRoomForReordering {
        private final TcpWorld world = TenOut.tenOut(new TcpWorld());

        private int position(int segment) {
            return TenOut.at(segment);
        }

        private void expectWide() {
            world.advanceMillis(7);
            world.expectNothing();
            world.advanceMillis(5);
            world.expectData(1, MSS);
        }

        private void expectNarrow() {
            world.advanceMillis(7);
            world.expectData(1, MSS);
        }

        @Test
        void isNarrowAtFirst() {
            world.send(world.ack(1).sack(position(1), position(2)));
            expectNarrow();
        }

        @Test
        void isNarrowWhereTwoBlocksLieApart() {
            world.send(world.ack(1).sack(position(1), position(2), position(3), position(4)));
            expectNarrow();
        }

        @Test
        void isNarrowWhereTheFirstBlockLiesAboveTheSecond() {
            world.send(world.ack(1).sack(position(3), position(4), position(1), position(2)));
            expectNarrow();
        }

        @Test
        void isNarrowWhereTheSegmentBeforeHadABlockAroundThis() {
            world.send(world.ack(1).sack(position(3), position(4), position(1), position(2)));
            world.send(world.ack(1).sack(position(1), position(2)));
            expectNarrow();
        }

        @Test
        void isWideAfterAReportOfTheSameBlock() {
            world.send(world.ack(1).sack(position(1), position(2), position(1), position(2)));
            expectWide();
        }

        @Test
        void isWideAfterAReportOfTheBeginningOfABlock() {
            world.send(world.ack(1).sack(position(1), position(2), position(1), position(3)));
            expectWide();
        }

        @Test
        void isWideAfterAReportOfTheEndOfABlock() {
            world.send(world.ack(1).sack(position(2), position(3), position(1), position(3)));
            expectWide();
        }

        @Test
        void isWideAfterAReportBelowTheAcknowledgement() {
            world.send(world.ack(1).sack(0, 1, position(1), position(2)));
            expectWide();
        }
    }

    @Nested
    @Tag("T-CC-5")
    class ABlock {
        private final TcpWorld world = TenOut.tenOut(new TcpWorld());

        private long sackedBytes() {
            return world.connection().sender().scoreboard().sackedBytes();
        }

        @Test
        void upToTheLastByteSentCounts() {
            world.send(world.ack(1).sack(TenOut.at(9), TenOut.at(10)));
            assertThat(sackedBytes()).isEqualTo(MSS);
        }

        @Test
        @Tag("T-CC-9")
        void beyondTheLastByteSentCountsForNothing() {
            world.send(world.ack(1).sack(TenOut.at(9), TenOut.at(10) + 1));
            assertThat(sackedBytes()).isZero();
        }

        @Test
        void behindAnotherCountsToo() {
            world.send(world.ack(1).sack(TenOut.at(3), TenOut.at(4), TenOut.at(6), TenOut.at(7)));
            assertThat(sackedBytes()).isEqualTo(2 * MSS);
        }
    }

    @Nested
    @Tag("T-RT-1")
    class RoundTrips {
        private TcpWorld roundTripsOf300(TcpWorld world) {
            world.isSack = false;
            world.handshakeNanos = 300_000_000;
            world.established();
            for (int i = 0; i < 20; i++) {
                world.writeAndPoll(new byte[10]);
                world.sent.clear();
                world.clientTs += 300;
                world.advanceMillis(300);
                world.send(world.ack(10 * (i + 1)));
            }
            world.sent.clear();
            world.writeAndPoll(new byte[10]);
            world.sent.clear();
            return world;
        }

        /// The first sample alone would make it 900 ms; the variation of steady samples dies away to nothing.
        @Test
        void thatAreSteadyBringTheTimeoutNearToThem() {
            TcpWorld world = roundTripsOf300(new TcpWorld());
            world.advanceMillis(299);
            world.expectNothing();
            world.advanceMillis(301);
            world.expectData(200, 10);
        }

        @Test
        void areMeasuredByTimestampsToo() {
            TcpWorld world = roundTripsOf300(new TcpWorld().withTimestamps());
            world.advanceMillis(299);
            world.expectNothing();
            world.advanceMillis(301);
            world.expectData(200, 10);
        }
    }

    @Nested
    @Tag("T-CC-8")
    class AfterAPause {
        private TcpWorld grown() {
            TcpWorld world = new TcpWorld().established();
            int sent = 0;
            for (int i = 0; i < 4; i++) {
                world.writeAndPoll(TcpWorld.pattern(10 * MSS << i));
                sent += 10 * MSS << i;
                world.sent.clear();
                world.now += 20_000_000;
                world.send(world.ack(sent).window(65535));
                world.sent.clear();
            }
            assertThat(windowOf(world)).isGreaterThan(20 * MSS);
            return world;
        }

        @Test
        void longerThanATimeoutTheWindowBeginsAnew() {
            TcpWorld world = grown();
            world.advanceMillis(5_000);
            world.writeAndPoll(TcpWorld.pattern(40 * MSS));
            assertThat(world.sent).hasSize(10);
        }

        @Test
        void shorterThanATimeoutTheWindowIsUsedAsItIs() {
            TcpWorld world = grown();
            world.now += 50_000_000;
            world.writeAndPoll(TcpWorld.pattern(40 * MSS));
            assertThat(world.sent).hasSizeGreaterThan(20);
        }
    }

    @Test
    @Tag("T-CC-7")
    void aLossThatTimeShowsShrinksTheWindow() {
        var world = new TcpWorld();
        world.handshakeNanos = 20_000_000;
        world.established();
        world.writeAndPoll(TcpWorld.pattern(10 * MSS));
        world.sent.clear();
        world.now += 20_000_000;
        world.send(world.ack(0).sack(at(1), at(2)));
        int before = windowOf(world);
        assertThat(world.connection().sender().recovery().isRecovering()).isFalse();
        world.advanceMillis(12);
        world.expectData(0, MSS);
        assertThat(world.connection().sender().recovery().isRecovering()).isTrue();
        assertThat(windowOf(world)).isLessThan(before);
    }
}
