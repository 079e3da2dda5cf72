// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.stack.StackConfig;
import io.socks5tunnel.stack.TcpState;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The seldom cases of opening, receiving and closing: each was once a change that no other test noticed.
class TcpReceivingEdgesTest {
    private static final int MSS = 1460;

    private static StackConfig window(int bytes) {
        return new StackConfig(
                1500, bytes, bytes, 20_000, 40_000, 200_000_000L, 60_000_000_000L, 60_000_000_000L, false);
    }

    /// A world whose window is exactly `bytes`, without scaling, and which nobody reads.
    private static TcpWorld smallWindow(int bytes) {
        var world = new TcpWorld();
        world.isScaling = false;
        world.config = window(bytes);
        world.established();
        world.isReading = false;
        return world;
    }

    private static void pastTheQuickAcknowledgements(TcpWorld world) {
        for (int i = 0; i < 8; i++) {
            world.send(world.data(i, "q"));
            world.expectAck(i + 1);
        }
    }

    @Nested
    class Opening {
        @Test
        void aSynWithAnotherNumberBringsItsOwnOptions() {
            var world = new TcpWorld();
            world.send(world.syn());
            world.clientIsn += 77_777;
            world.clientMss = 500;
            world.send(world.syn());
            world.accept();
            world.sent.clear();
            world.send(world.ack(0));
            world.writeAndPoll(TcpWorld.pattern(1_000));
            world.expectData(0, 500);
        }

        @Test
        void aHeldSynIsAnsweredWithAResetWhenEverythingEnds() {
            var world = new TcpWorld();
            world.send(world.syn());
            world.stack().abortAll(world.now);
            assertThat(world.relativeAck(world.expectReset())).isZero();
        }

        /// RFC 7323 §2.3: 14 is the most.
        @ParameterizedTest
        @CsvSource({"65535, 0", "65536, 1", "1073741824, 14"})
        void theScaleIsTheSmallestThatTellsTheLargestWindow(int windowBytes, int scale) {
            var world = new TcpWorld();
            world.config = window(windowBytes);
            world.send(world.syn());
            world.accept();
            assertThat(world.only().scale()).isEqualTo(scale);
        }

        /// RFC 6191 §2: what the old connection sent must not be taken for the new one's.
        @Test
        void afterAQuietTimeTheNumbersGoOnAboveTheOldOnes() {
            for (int port = 40_000; port < 40_016; port++) {
                var world = new TcpWorld();
                world.clientPort = port;
                world.established();
                world.writeAndPoll(TcpWorld.pattern(14_000));
                world.shutdownOutput();
                world.sent.clear();
                world.send(world.segment().ack(14_001).fin());
                world.sent.clear();
                int next = world.serverIsn + 14_002;
                world.clientIsn += 1_000;
                world.send(world.syn());
                world.accept();
                assertThat(world.serverIsn - next).as("port %d", port).isPositive();
            }
        }

        @Test
        void twoConnectionsInOneBurstAreBothAnswered() {
            var world = new TcpWorld().established();
            byte[] first = world.segment().seq(3).flags(SentPacket.SYN).bytes();
            world.clientPort++;
            world.established();
            byte[] second = world.segment().seq(3).flags(SentPacket.SYN).bytes();
            world.receive(first);
            world.receive(second);
            world.poll();
            assertThat(world.sent).hasSize(2);
        }
    }

    @Nested
    class Keeping {
        private final TcpWorld world = new TcpWorld().established();

        @Test
        void whatCameBeforeItsTurnStaysWhenItsTurnComesAndNobodyReads() {
            world.isReading = false;
            world.send(world.data(3, "def"));
            world.sent.clear();
            world.send(world.data(0, "abc"));
            world.expectAck(6);
            world.readAll();
            assertThat(world.readText()).isEqualTo("abcdef");
        }

        @Test
        void memoryThatEndsBehindWhatIsKeptTakesNothingOfIt() {
            world.isReading = false;
            for (int at = 0; at < 69_000; at += 1_000) {
                world.send(world.segment().seq(at).payload(TcpWorld.pattern(at, 1_000)));
            }
            world.sent.clear();
            world.pool.limit(world.pool.outCount());
            world.send(world.segment().seq(69_000).payload(TcpWorld.pattern(69_000, 1_000)));
            world.expectAck(69_000);

            world.pool.limit(1_000);
            world.send(world.ack(0).seq(69_000));
            assertThat(world.flow.readableBytes()).isEqualTo(69_000);
            world.send(world.segment().seq(69_000).payload(TcpWorld.pattern(69_000, 1_000)));
            world.advanceMillis(50);
            world.expectAck(70_000);
            world.readAll();
            assertThat(world.read.toByteArray()).isEqualTo(TcpWorld.pattern(70_000));
            assertThat(world.slabsOfFlows()).isZero();
        }

        @Test
        void aResetGivesBackWhatCameBeforeItsTurn() {
            world.send(world.data(5, "early"));
            assertThat(world.slabsOfFlows()).isOne();
            world.send(world.segment().rst());
            assertThat(world.slabsOfFlows()).isZero();
        }

        @Test
        void theOwnerIsToldOfWhatItCanReadAndOfTheEnd() {
            world.send(world.data(3, "def"));
            assertThat(world.readables).isZero();
            world.send(world.data(0, "abc"));
            assertThat(world.readables).isOne();
            world.send(world.segment().seq(6).fin());
            assertThat(world.readables).isEqualTo(2);
        }

        @Test
        void nothingMayBeConsumed() {
            world.flow.consume(0);
            assertThat(world.flow.readableBytes()).isZero();
        }
    }

    @Nested
    class Acknowledging {
        private final TcpWorld world = new TcpWorld().established();

        private void receiveAndWrite(TcpWorld into, int seq) {
            into.receive(into.data(seq, "x").bytes());
            into.write("pong".getBytes(US_ASCII));
            into.poll();
        }

        /// Data carries no SACK (RFC 2018 §4 wants every acknowledgement to have it).
        @Test
        void dataThatLeavesAtTheSameTimeDoesNotTakeThePlaceOfSack() {
            receiveAndWrite(world, 5);
            assertThat(world.sackOf(world.next())).isEqualTo("5-6");
            world.expectData(0, 4);
            world.expectNothing();
        }

        @Test
        void dataThatLeavesAtTheSameTimeIsTheAcknowledgement() {
            receiveAndWrite(world, 0);
            assertThat(world.relativeAck(world.only())).isOne();
        }

        @Test
        void dataIsTheAcknowledgementWhereSackWasNotAgreed() {
            var plain = new TcpWorld().withoutOptions().established();
            receiveAndWrite(plain, 5);
            assertThat(plain.only().length()).isEqualTo(4);
        }

        /// RFC 2883 §4.2.
        @Test
        void theOldPartOfASegmentIsReported() {
            world.send(world.data(0, "abc"));
            world.sent.clear();
            world.send(world.data(0, "abcdef"));
            assertThat(world.sackOf(world.expectAck(6))).isEqualTo("0-3");
        }

        @Test
        void oneFullSegmentWaitsForASecond() {
            pastTheQuickAcknowledgements(world);
            world.send(world.segment().seq(8).payload(TcpWorld.pattern(MSS)));
            world.expectNothing();
            world.send(world.segment().seq(8 + MSS).payload(TcpWorld.pattern(MSS)));
            world.expectAck(8 + 2 * MSS);
        }

        /// RFC 9293 §3.8.6.2.2: with a buffer of less than two segments, half of it.
        @Test
        void aSmallWindowIsOfferedAgainFromHalfOfItOn() {
            TcpWorld small = smallWindow(1_000);
            small.send(small.segment().payload(TcpWorld.pattern(1_000)));
            assertThat(small.expectAck(1_000).window()).isZero();
            small.readSome(499);
            small.poll();
            small.expectNothing();
            small.readSome(1);
            small.poll();
            assertThat(small.expectAck(1_000).window()).isEqualTo(500);
        }
    }

    @Nested
    class Ending {
        private final TcpWorld world = new TcpWorld().established();

        @Test
        void aFinWithDataThatWasReadIsNoDataAfterShutdownOfTheInput() {
            world.send(world.data(0, "abc"));
            world.sent.clear();
            world.flow.shutdownInput();
            world.poll();
            world.send(world.data(0, "abc").fin());
            world.expectAck(4);
            assertThat(world.resets).isZero();
        }

        @Test
        void aFinBeforeItsTurnIsNoDataAfterShutdownOfTheInput() {
            world.flow.shutdownInput();
            world.poll();
            world.send(world.segment().seq(5).fin());
            world.expectAck(0);
            assertThat(world.resets).isZero();
        }

        private void intoFinWait2WithoutAReader() {
            world.shutdownOutput();
            world.flow.shutdownInput();
            world.poll();
            world.sent.clear();
            world.send(world.ack(1));
            assertThat(world.connection().state()).isEqualTo(TcpState.FIN_WAIT_2);
        }

        @Test
        void withoutAReaderAFinWithinAMinuteClosesInOrder() {
            intoFinWait2WithoutAReader();
            world.advanceMillis(59_000);
            world.expectNothing();
            world.send(world.segment().ack(1).fin());
            world.expectAck(1);
            assertThat(world.closes).isOne();
        }

        /// The minute is for a client of which nothing is wanted any more, not for one that is still being sent to.
        @Test
        void withoutAReaderDataGoesOnForAnyTimeTheOtherWay() {
            world.flow.shutdownInput();
            world.poll();
            for (int i = 0; i < 3; i++) {
                world.advanceMillis(120_000);
                world.expectNothing();
                world.send(world.ack(0));
            }
            world.writeAndPoll(TcpWorld.pattern(100));
            world.expectData(0, 100);
        }

        @Test
        void withoutAReaderTheMinuteDoesNotBeginAnew() {
            intoFinWait2WithoutAReader();
            world.advanceMillis(30_000);
            world.send(world.ack(1));
            world.advanceMillis(31_000);
            world.expectReset();
        }

        @Test
        void whatComesAfterBothHaveClosedIsDroppedWhileDataWaitsToBeRead() {
            bothClosedAndDataUnread();
            world.send(world.data(4, "more").ack(1));
            world.expectNothing();
            assertThat(world.drops(DropReason.TCP_DATA_AFTER_CLOSE)).isOne();
            assertThat(world.flow.readableBytes()).isEqualTo(3);
        }

        @Test
        void onceItIsReadTheNextSegmentFindsNoConnection() {
            bothClosedAndDataUnread();
            world.readAll();
            world.receive(world.ack(1).seq(4).bytes());
            assertThat(world.closes).isOne();
            world.expectReset();
            assertThat(world.stack().flowCount()).isZero();
        }

        private void bothClosedAndDataUnread() {
            world.isReading = false;
            world.send(world.data(0, "abc").fin());
            world.shutdownOutput();
            world.sent.clear();
            world.send(world.ack(1).seq(4));
            world.expectNothing();
            assertThat(world.connection().state()).isEqualTo(TcpState.CLOSED);
        }
    }
}
