// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.stack.StackConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Receiving data (RFC 9293 §3.10.7.4, §3.8.6): T-RX-1 to T-RX-12.
class TcpReceiverTest {
    private static final int MSS = 1460;

    private static StackConfig window(int bytes) {
        return new StackConfig(
                1500, bytes, bytes, 20_000, 40_000, 200_000_000L, 60_000_000_000L, 60_000_000_000L, false);
    }

    /// A world whose window is exactly `bytes`, without scaling.
    private static TcpWorld smallWindow(int bytes) {
        TcpWorld world = new TcpWorld();
        world.isScaling = false;
        world.config = window(bytes);
        world.established();
        world.isReading = false;
        return world;
    }

    @Nested
    class Reassembly {
        private static final String TEXT = "aaaabbbbccccddddeeee";

        @Test
        @Tag("T-RX-1")
        void allOrdersOfFiveSegmentsGiveTheSameStream() {
            List<int[]> orders = new ArrayList<>();
            permute(new int[] {0, 1, 2, 3, 4}, 0, orders);
            assertThat(orders).hasSize(120);
            for (int[] order : orders) {
                TcpWorld world = new TcpWorld().established();
                for (int index : order) {
                    world.send(world.data(4 * index, TEXT.substring(4 * index, 4 * index + 4)));
                }
                assertThat(world.readText()).as("order %s", order).isEqualTo(TEXT);
                assertThat(world.slabsOfFlows()).isZero();
            }
        }

        @Test
        @Tag("T-RX-1")
        void allOrdersWithDuplicatesAndOverlapsGiveTheSameStream() {
            List<int[]> orders = new ArrayList<>();
            permute(new int[] {0, 1, 2, 3, 4}, 0, orders);
            for (int[] order : orders) {
                TcpWorld world = new TcpWorld().established();
                for (int index : order) {
                    int from = Math.max(0, 4 * index - 3);
                    int to = Math.min(20, 4 * index + 6);
                    ClientSegment segment = world.data(from, TEXT.substring(from, to));
                    world.send(segment, segment);
                }
                assertThat(world.readText()).as("order %s", order).isEqualTo(TEXT);
                assertThat(world.slabsOfFlows()).isZero();
            }
        }

        @Test
        @Tag("T-RX-2")
        void theFirstCopyWins() {
            TcpWorld world = new TcpWorld().established();
            world.send(world.data(4, "RIGHT"));
            world.send(world.data(2, "..wrongwrong"));
            world.send(world.data(0, "ab??"));
            assertThat(world.readText()).isEqualTo("ab..RIGHTwrong");
        }

        @Test
        void aSuperSegmentOutOfOrderKeepsItsSlabAndIsDeliveredWhole() {
            TcpWorld world = new TcpWorld().established();
            byte[] all = TcpWorld.pattern(60_000);
            world.send(world.segment()
                    .seq(100)
                    .payload(TcpWorld.pattern(100, 59_900))
                    .superSegment(MSS));
            assertThat(world.connection().receiver().slabCount()).isEqualTo(1);
            world.send(world.segment().payload(TcpWorld.pattern(100)));
            assertThat(world.read.toByteArray()).isEqualTo(all);
            assertThat(world.slabsOfFlows()).isZero();
        }

        @Test
        void whatTheReaderLeavesOutlivesTheBurst() {
            TcpWorld world = new TcpWorld().established();
            world.isReading = false;
            byte[] all = TcpWorld.pattern(100_000);
            for (int at = 0; at < all.length; at += 10_000) {
                world.send(
                        world.segment().seq(at).payload(TcpWorld.pattern(at, 1000)),
                        world.segment()
                                .seq(at + 1000)
                                .payload(TcpWorld.pattern(at + 1000, 9000))
                                .superSegment(MSS));
            }
            assertThat(world.flow.readableBytes()).isEqualTo(100_000);
            // 100 000 bytes packed.
            assertThat(world.connection().receiver().slabCount()).isEqualTo(2);
            world.readSome(777);
            world.readAll();
            assertThat(world.read.toByteArray()).isEqualTo(all);
            assertThat(world.slabsOfFlows()).isZero();
        }

        @Test
        void moreRangesThanOnePeekHoldsComeInSeveral() {
            TcpWorld large = new TcpWorld();
            large.config = window(4 << 20);
            large.established();
            large.isReading = false;
            int at = 0;
            for (int i = 0; i < 80; i++) {
                large.send(large.segment()
                        .seq(at)
                        .payload(TcpWorld.pattern(at, 35_000))
                        .superSegment(MSS));
                at += 35_000;
            }
            assertThat(large.flow.readableBytes()).isEqualTo(at);
            large.readAll();
            assertThat(large.read.toByteArray()).isEqualTo(TcpWorld.pattern(at));
            assertThat(large.slabsOfFlows()).isZero();
        }

        @Test
        void withoutMemoryWhatWasNotReadIsNotAcknowledged() {
            TcpWorld world = new TcpWorld().established();
            world.isReading = false;
            world.pool.limit(world.pool.outCount());
            world.send(world.data(0, "nowhere to keep").fin());
            world.expectAck(0);
            assertThat(world.flow.readableBytes()).isZero();
            assertThat(world.drops(DropReason.BUFFERS_EXHAUSTED)).isEqualTo(1);
            world.pool.limit(1000);
            world.isReading = true;
            world.send(world.data(0, "nowhere to keep").fin());
            world.expectAck(16);
            assertThat(world.flow.isInputEnded()).isTrue();
        }

        @Test
        void aWindowProbeLeavesOutWhatMemoryCannotKeep() {
            TcpWorld world = new TcpWorld().established();
            world.send(world.ack(0).window(0));
            world.writeAndPoll(TcpWorld.pattern(100));
            world.expectNothing();
            world.isReading = false;
            world.pool.limit(world.pool.outCount());
            world.now += 10_000_000_000L;
            // in the same cycle as the timer that probes
            world.send(world.data(0, "nowhere to keep").window(0));

            assertThat(world.sent).isNotEmpty().allMatch(packet -> world.relativeAck(packet) == 0);
            assertThat(world.drops(DropReason.BUFFERS_EXHAUSTED)).isEqualTo(1);
        }

        @Test
        @Tag("T-RX-4")
        @Tag("T-CC-10")
        void theStoreIsBoundedInPieces() {
            TcpWorld world = new TcpWorld().established();
            for (int i = 0; i < 3000; i++) {
                world.send(world.data(2 + 2 * i, "x"));
                world.sent.clear();
            }
            assertThat(world.drops(DropReason.TCP_REASSEMBLY_FULL)).isEqualTo(3000 - OutOfOrderStore.MAX_RANGES);
            // What is nearer pushes out what is farther.
            world.send(world.data(0, "yy"));
            assertThat(world.readText()).isEqualTo("yyx");
        }

        private void permute(int[] values, int from, List<int[]> into) {
            if (from == values.length) {
                into.add(values.clone());
                return;
            }
            for (int i = from; i < values.length; i++) {
                swap(values, from, i);
                permute(values, from + 1, into);
                swap(values, from, i);
            }
        }

        private void swap(int[] values, int a, int b) {
            int value = values[a];
            values[a] = values[b];
            values[b] = value;
        }
    }

    @Nested
    class Acknowledgements {
        private final TcpWorld world = new TcpWorld().established();

        private void pastTheQuickOnes() {
            for (int i = 0; i < 8; i++) {
                world.send(world.data(i, "q"));
                world.expectAck(i + 1);
            }
        }

        @Test
        @Tag("T-RX-5")
        void oneSmallSegmentIsAcknowledgedAfterFortyMilliseconds() {
            pastTheQuickOnes();
            world.send(world.data(8, "x"));
            world.expectNothing();
            world.advanceMillis(39);
            world.expectNothing();
            world.advanceMillis(3);
            world.expectAck(9);
        }

        @Test
        @Tag("T-RX-5")
        void everySecondFullSegmentIsAcknowledgedAtOnce() {
            pastTheQuickOnes();
            world.send(world.segment().seq(8).payload(TcpWorld.pattern(MSS)));
            world.sent.clear();
            world.send(world.segment().seq(8 + MSS).payload(TcpWorld.pattern(MSS)));
            world.expectAck(8 + 2 * MSS);
        }

        @Test
        @Tag("T-RX-6")
        void aBurstGetsOneAcknowledgement() {
            ClientSegment[] burst = new ClientSegment[40];
            for (int i = 0; i < burst.length; i++) {
                burst[i] = world.segment().seq(i * MSS).payload(TcpWorld.pattern(MSS));
            }
            world.send(burst);
            world.expectAck(40 * MSS);
        }

        @Test
        void dataCarriesTheAcknowledgement() {
            pastTheQuickOnes();
            world.send(world.data(8, "ping"));
            world.writeAndPoll("pong".getBytes(StandardCharsets.US_ASCII));
            SentPacket pong = world.only();
            assertThat(world.relativeAck(pong)).isEqualTo(12);
            world.advanceMillis(50);
            world.expectNothing();
        }

        @Test
        @Tag("T-RX-5")
        void outOfOrderAndGapFillAreAcknowledgedAtOnce() {
            pastTheQuickOnes();
            world.send(world.data(9, "y"));
            assertThat(world.sackOf(world.expectAck(8))).isEqualTo("9-10");
            world.send(world.data(8, "x"));
            assertThat(world.sackOf(world.expectAck(10))).isEmpty();
        }

        @Test
        @Tag("T-RX-7")
        void sackReportsTheLatestBlockFirst() {
            world.send(world.data(10, "aa"));
            assertThat(world.sackOf(world.only())).isEqualTo("10-12");
            world.send(world.data(20, "bb"));
            assertThat(world.sackOf(world.only())).isEqualTo("20-22 10-12");
            world.send(world.data(30, "cc"));
            assertThat(world.sackOf(world.only())).isEqualTo("30-32 20-22 10-12");
            world.send(world.data(40, "dd"));
            assertThat(world.sackOf(world.only())).isEqualTo("40-42 30-32 20-22 10-12");
            world.send(world.data(50, "ee"));
            assertThat(world.sackOf(world.only())).isEqualTo("50-52 40-42 30-32 20-22");
            world.send(world.data(12, "ab"));
            assertThat(world.sackOf(world.only())).isEqualTo("10-14 50-52 40-42 30-32");
            world.send(world.data(0, "0123456789"));
            assertThat(world.sackOf(world.expectAck(14))).isEqualTo("50-52 40-42 20-22 30-32");
        }

        @Test
        @Tag("T-RX-7")
        void withTimestampsAtMostThreeBlocksFit() {
            TcpWorld timed = new TcpWorld().withTimestamps().established();
            for (int i = 1; i <= 5; i++) {
                timed.send(timed.data(10 * i, "aa"));
            }
            SentPacket last = null;
            while (!timed.sent.isEmpty()) {
                last = timed.next();
            }
            assertThat(timed.sackOf(last)).isEqualTo("50-52 40-42 30-32");
        }

        @Test
        @Tag("T-RX-7")
        void withoutTheOfferThereIsNoSack() {
            TcpWorld plain = new TcpWorld().withoutOptions().established();
            plain.send(plain.data(10, "aa"));
            assertThat(plain.expectAck(0).sackBlocks()).isEmpty();
        }

        @Test
        @Tag("T-RX-8")
        void duplicatesAreReportedFirst() {
            world.send(world.data(0, "abcdef"));
            world.sent.clear();
            world.send(world.data(0, "abc"));
            assertThat(world.sackOf(world.expectAck(6))).isEqualTo("0-3");
            world.send(world.data(10, "xx"));
            world.sent.clear();
            world.send(world.data(10, "xx"));
            assertThat(world.sackOf(world.expectAck(6))).isEqualTo("10-12 10-12");
            world.send(world.data(6, "ghij"));
            assertThat(world.sackOf(world.expectAck(12))).isEmpty();
        }
    }

    @Nested
    class Windows {
        @Test
        @Tag("T-RX-10")
        @Tag("T-RX-11")
        void aReaderThatDoesNotReadClosesTheWindowAndItsReadingReopensIt() {
            TcpWorld world = smallWindow(8 * MSS);
            int sent = 0;
            while (sent < 8 * MSS) {
                world.send(world.segment().seq(sent).payload(TcpWorld.pattern(sent, MSS)));
                sent += MSS;
                SentPacket ack = world.expectAck(sent);
                assertThat(ack.window()).isEqualTo(8 * MSS - sent);
            }
            world.readSome(MSS);
            world.poll();
            world.expectNothing();
            world.readSome(MSS);
            world.poll();
            assertThat(world.expectAck(sent).window()).isEqualTo(2 * MSS);
        }

        @Test
        @Tag("T-RX-12")
        @Tag("T-RX-10")
        void aProbeOfAClosedWindowIsAnsweredAndItsByteIsNotTaken() {
            TcpWorld world = smallWindow(2 * MSS);
            world.send(
                    world.segment().payload(TcpWorld.pattern(MSS)),
                    world.segment().seq(MSS).payload(TcpWorld.pattern(MSS, MSS)));
            assertThat(world.expectAck(2 * MSS).window()).isZero();
            world.send(world.data(2 * MSS, "x"));
            assertThat(world.expectAck(2 * MSS).window()).isZero();
            world.send(world.segment().seq(2 * MSS - 1));
            assertThat(world.expectAck(2 * MSS).window()).isZero();
            assertThat(world.flow.readableBytes()).isEqualTo(2 * MSS);
        }

        @Test
        @Tag("T-AC-9")
        @Tag("T-AC-1")
        @Tag("T-AC-3")
        void aClosedWindowStillTakesAcknowledgementsAndResetAndFin() {
            TcpWorld world = smallWindow(2 * MSS);
            world.send(
                    world.segment().payload(TcpWorld.pattern(MSS)),
                    world.segment().seq(MSS).payload(TcpWorld.pattern(MSS, MSS)));
            world.writeAndPoll(TcpWorld.pattern(100));
            world.sent.clear();
            world.send(world.data(2 * MSS, "x").ack(100));
            assertThat(world.flow.unacknowledgedBytes()).isZero();
            world.sent.clear();
            world.send(world.segment().seq(2 * MSS).ack(100).fin());
            // FIN lies behind the edge: the window is 0, not one less
            assertThat(world.expectAck(2 * MSS + 1).window()).isZero();
            world.send(world.segment().seq(2 * MSS + 1).rst());
            assertThat(world.resets).isEqualTo(1);
        }

        @ParameterizedTest
        @Tag("T-TX-10")
        @Tag("T-TX-9")
        @ValueSource(ints = {0, 1, 5, 8, 14, 255})
        void theClientsScaleIsHonoured(int scale) {
            TcpWorld world = new TcpWorld();
            world.clientScale = scale;
            world.established();
            world.send(world.ack(0).window(1000));
            assertThat(world.connection().sender().windowRight()).isEqualTo(1000L << Math.min(scale, 14));
        }

        @ParameterizedTest
        @Tag("T-RX-9")
        @ValueSource(ints = {70_000, 1 << 18, 1 << 20, 1 << 24, 1 << 28, 1 << 30})
        void theRightEdgeNeverMovesLeft(int windowBytes) {
            TcpWorld world = new TcpWorld();
            world.config = window(windowBytes);
            world.established();
            world.isReading = false;
            long edge = 0;
            int scale =
                    Math.min(14, Integer.numberOfTrailingZeros(Integer.highestOneBit((windowBytes - 1) / 65535)) + 1);
            int at = 0;
            for (int i = 0; i < 60; i++) {
                int length = 1 + i * 7 % 97;
                world.send(world.segment().seq(at).payload(TcpWorld.pattern(at, length)));
                at += length;
                world.advanceMillis(50);
                while (!world.sent.isEmpty()) {
                    SentPacket ack = world.next();
                    long right = world.relativeAck(ack) + ((long) ack.window() << scale);
                    assertThat(right).isGreaterThanOrEqualTo(edge);
                    assertThat(right).isLessThanOrEqualTo((long) windowBytes + (1L << scale) + 65535L);
                    edge = right;
                }
                if (i % 9 == 0) {
                    world.readAll();
                }
            }
        }

        @Test
        @Tag("T-RX-14")
        void theWindowGrowsWhenTheClientFillsItAndTheReaderKeepsUp() {
            TcpWorld world = new TcpWorld().established();
            int at = 0;
            int largest = 0;
            for (int i = 0; i < 400; i++) {
                world.send(world.segment()
                        .seq(at)
                        .payload(TcpWorld.pattern(at, 60_000))
                        .superSegment(MSS));
                at += 60_000;
                world.now += 100_000;
                while (!world.sent.isEmpty()) {
                    largest = Math.max(largest, world.next().window() << 7);
                }
            }
            assertThat(largest).isGreaterThan(3 << 20);
        }

        @Test
        void theWindowDoesNotGrowForASlowClient() {
            TcpWorld world = new TcpWorld().established();
            int at = 0;
            for (int i = 0; i < 400; i++) {
                world.send(world.segment().seq(at).payload(TcpWorld.pattern(at, MSS)));
                at += MSS;
                world.now += 10_000_000;
                while (!world.sent.isEmpty()) {
                    assertThat(world.next().window() << 7).isLessThanOrEqualTo(256 * 1024);
                }
            }
        }
    }
}
