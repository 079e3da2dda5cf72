// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.TunCapabilities;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Sending data (RFC 9293 §3.8) without loss: T-TX-1 to T-TX-9, T-HD-7, T-CC-2.
class TcpSenderTest {
    private static final int MSS = 1460;
    private static final int INITIAL_WINDOW = 10 * MSS;

    private static int sentBytes(TcpWorld world) {
        int bytes = 0;
        while (!world.sent.isEmpty()) {
            bytes += world.next().length();
        }
        return bytes;
    }

    @Nested
    class WithoutOffload {
        private final TcpWorld world = new TcpWorld().established();

        @Test
        @Tag("T-TX-1")
        @Tag("T-TX-8")
        @Tag("T-HD-7")
        void segmentsAreAtMostTheMssAndTheLastOneIsPushed() {
            world.writeAndPoll(TcpWorld.pattern(3 * MSS + 10));
            for (int i = 0; i < 3; i++) {
                assertThat(world.expectData(i * MSS, MSS).flags()).isEqualTo(SentPacket.ACK);
            }
            SentPacket last = world.expectData(3 * MSS, 10);
            assertThat(last.flags()).isEqualTo(SentPacket.ACK | SentPacket.PSH);
            assertThat(last.gsoSize()).isZero();
        }

        @Test
        @Tag("T-CC-2")
        void theInitialWindowIsTenSegments() {
            world.writeAndPoll(TcpWorld.pattern(40 * MSS));
            assertThat(sentBytes(world)).isEqualTo(INITIAL_WINDOW);
        }

        @Test
        @Tag("T-CC-1")
        void slowStartDoublesPerRoundTrip() {
            world.write(TcpWorld.pattern(100 * MSS));
            world.poll();
            assertThat(sentBytes(world)).isEqualTo(INITIAL_WINDOW);
            world.now += 10_000_000;
            world.send(world.ack(10 * MSS));
            assertThat(sentBytes(world)).isEqualTo(20 * MSS);
        }

        @Test
        @Tag("T-CC-3")
        @Tag("T-CC-9")
        void ackDivisionDoesNotGrowTheWindowFaster() {
            world.write(TcpWorld.pattern(100 * MSS));
            world.poll();
            world.sent.clear();
            for (int i = 1; i <= MSS; i++) {
                world.send(world.ack(i));
            }
            assertThat(sentBytes(world)).isLessThanOrEqualTo(2 * MSS);
        }

        @Test
        @Tag("T-TX-3")
        void smallWritesLeaveAtOnceAndInOrder() {
            world.writeAndPoll(new byte[3]);
            world.expectData(0, 3);
            world.writeAndPoll(new byte[4]);
            world.expectData(3, 4);
        }
    }

    @Nested
    class WithOffload {
        private final TcpWorld world = new TcpWorld().withOffload();

        @Test
        void aSuperSegmentIsAWholeNumberOfSegmentsWithinTheWindows() {
            world.established();
            world.writeAndPoll(TcpWorld.pattern(200_000));
            SentPacket first = world.expectData(0, INITIAL_WINDOW);
            assertThat(first.gsoSize()).isEqualTo(MSS);
            world.expectNothing();
        }

        @Test
        void aSmallOneWaitsWhereAcknowledgementsComeFast() {
            world.established();
            world.writeAndPoll(TcpWorld.pattern(60_000));
            world.sent.clear();
            world.now += 100_000;
            world.send(world.ack(MSS));
            world.expectNothing();
            world.send(world.ack(2 * MSS));
            assertThat(sentBytes(world)).isEqualTo(4 * MSS);
        }

        /// Waiting there would leave a part of the window unused.
        @Test
        void aSmallOneGoesAtOnceWhereTheyComeSlowly() {
            world.handshakeNanos = 20_000_000;
            world.established();
            world.writeAndPoll(TcpWorld.pattern(60_000));
            world.sent.clear();
            world.now += 20_000_000;
            world.send(world.ack(MSS));
            assertThat(sentBytes(world)).isEqualTo(2 * MSS);
        }

        @Test
        void itGrowsToSixtyFourKibibytes() {
            world.withTimestamps().established();
            byte[] all = TcpWorld.pattern(1_000_000);
            int written = 0;
            int acknowledged = 0;
            int largest = 0;
            java.io.ByteArrayOutputStream got = new java.io.ByteArrayOutputStream();
            while (acknowledged < all.length) {
                written += world.write(java.util.Arrays.copyOfRange(all, written, all.length));
                world.poll();
                while (!world.sent.isEmpty()) {
                    SentPacket packet = world.next();
                    largest = Math.max(largest, packet.length());
                    assertThat(world.relativeSeq(packet)).isEqualTo(acknowledged);
                    got.writeBytes(packet.payload());
                    acknowledged += packet.length();
                }
                world.now += 1_000_000;
                world.clientTs++;
                world.send(world.ack(acknowledged).window(8192));
            }
            assertThat(got.toByteArray()).isEqualTo(all);
            assertThat(largest).isEqualTo(65_483 / 1448 * 1448);
            assertThat(world.slabsOfFlows()).isZero();
        }

        @Test
        @Tag("T-TX-1")
        @Tag("T-TX-3")
        void theClientsWindowIsNeverPassedByAPartOfASegment() {
            world.isScaling = false;
            world.send(world.syn().window(5000));
            world.accept();
            world.next();
            world.send(world.ack(0).window(5000));
            world.writeAndPoll(TcpWorld.pattern(20_000));
            world.expectData(0, 3 * MSS);
            world.expectNothing();
        }

        @Test
        void aTailThatEndsTheDataRidesOnTheSuperSegment() {
            world.established();
            world.writeAndPoll(TcpWorld.pattern(3 * MSS + 7));
            SentPacket packet = world.expectData(0, 3 * MSS + 7);
            assertThat(packet.flags()).isEqualTo(SentPacket.ACK | SentPacket.PSH);
        }

        @Test
        void capabilitiesMayChangeAtRunTime() {
            world.established();
            world.writeAndPoll(TcpWorld.pattern(3 * MSS));
            world.expectData(0, 3 * MSS);
            world.capabilities = TunCapabilities.NONE;
            world.writeAndPoll(TcpWorld.pattern(2 * MSS));
            world.expectData(3 * MSS, MSS);
            world.expectData(4 * MSS, MSS);
        }

        @Test
        void aSuperSegmentOverTwoSlabsIsOnePacket() {
            world.established();
            int at = 0;
            byte[] all = TcpWorld.pattern(140_000);
            int written = 0;
            while (at < all.length) {
                written += world.write(java.util.Arrays.copyOfRange(all, written, all.length));
                world.poll();
                while (!world.sent.isEmpty()) {
                    SentPacket packet = world.next();
                    assertThat(packet.payload()).isEqualTo(TcpWorld.pattern(at, packet.length()));
                    at += packet.length();
                }
                world.now += 1_000_000;
                world.send(world.ack(at).window(8192));
            }
        }
    }

    @Nested
    class ClosedWindows {
        private final TcpWorld world = new TcpWorld().established();

        private void closeWindow() {
            world.send(world.ack(0).window(0));
            world.expectNothing();
        }

        @Test
        @Tag("T-TX-1")
        void nothingIsSentIntoAClosedWindow() {
            closeWindow();
            world.writeAndPoll(TcpWorld.pattern(100));
            world.expectNothing();
        }

        @Test
        @Tag("T-TX-6")
        @Tag("T-TX-7")
        @Tag("T-RT-10")
        void probesGoOnForEverWithBackOffAndDataResumesAtOnce() {
            closeWindow();
            world.writeAndPoll(TcpWorld.pattern(100));
            long last = world.now;
            for (int i = 0; i < 30; i++) {
                while (world.sent.isEmpty()) {
                    world.now = Math.max(world.now, world.stack().nextDeadlineNanos());
                    world.poll();
                }
                SentPacket probe = world.only();
                assertThat(world.relativeSeq(probe)).isEqualTo(-1);
                assertThat(probe.length()).isZero();
                assertThat(world.now - last).isBetween(199_000_000L, 60_002_000_000L);
                last = world.now;
                world.send(world.ack(0).window(0));
                world.expectNothing();
            }
            // For its owner such a flow is idle, however alive the client is.
            assertThat(world.writables + world.readables).isZero();
            world.send(world.ack(0).window(10));
            world.expectData(0, 100);
            assertThat(world.resets).isZero();
        }

        @Test
        @Tag("T-TX-6")
        @Tag("T-RT-7")
        void probesBackOffWhileTheyAreNotAnsweredAndEndAtLast() {
            closeWindow();
            world.writeAndPoll(TcpWorld.pattern(100));
            long before = world.now;
            long previous = 0;
            for (int i = 0; i < 8; i++) {
                while (world.sent.isEmpty()) {
                    world.now = Math.max(world.now, world.stack().nextDeadlineNanos());
                    world.poll();
                }
                world.only();
                assertThat(world.now - before).isGreaterThanOrEqualTo(previous);
                previous = world.now - before;
                before = world.now;
            }
            world.advanceMillis(3_600_000);
            assertThat(world.resets).isEqualTo(1);
            assertThat(world.stack().flowCount()).isZero();
        }

        @Test
        @Tag("T-TX-1")
        void finWaitsForTheWindowToo() {
            closeWindow();
            world.shutdownOutput();
            world.expectNothing();
            world.send(world.ack(0).window(1));
            assertThat(world.only().isFin()).isTrue();
        }

        @Test
        @Tag("T-TX-3")
        void aWindowOfLessThanASegmentIsUsedOnlyAfterAWhile() {
            world.send(world.ack(0).window(8));
            world.sent.clear();
            world.writeAndPoll(TcpWorld.pattern(5000));
            world.expectNothing();
            world.advanceMillis(1100);
            world.expectData(0, 1024);
        }

        @Test
        @Tag("T-TX-4")
        void aShrunkWindowIsBorne() {
            world.writeAndPoll(TcpWorld.pattern(5 * MSS));
            world.sent.clear();
            world.send(world.ack(MSS).window(0));
            world.expectNothing();
            // What is outstanding is resent in place of a probe; the answers keep the connection alive.
            int resends = 0;
            for (int i = 0; i < 40; i++) {
                world.advanceMillis(60_100);
                while (!world.sent.isEmpty()) {
                    SentPacket packet = world.next();
                    assertThat(packet.isRst()).isFalse();
                    if (packet.length() > 0) {
                        assertThat(world.relativeSeq(packet)).isEqualTo(MSS);
                        resends++;
                    }
                    world.send(world.ack(MSS).window(0));
                }
            }
            assertThat(resends).isGreaterThan(10);
            assertThat(world.resets).isZero();
            world.send(world.ack(MSS).window(1000));
            world.advanceMillis(61_000);
            world.sent.clear();
            world.send(world.ack(5 * MSS).window(1000));
            assertThat(world.flow.unacknowledgedBytes()).isZero();
        }

        @Test
        @Tag("T-TX-5")
        void anOldSegmentDoesNotSetTheWindow() {
            world.send(world.data(0, "abcdef").window(100));
            world.sent.clear();
            world.send(world.ack(0).seq(3).window(1));
            assertThat(world.connection().sender().windowRight()).isEqualTo(100 << 7);
        }

        @Test
        @Tag("T-TX-9")
        void aWindowOfZeroInTheSynOpensLater() {
            TcpWorld late = new TcpWorld();
            late.send(late.syn().window(0));
            late.accept();
            late.next();
            late.write(TcpWorld.pattern(10));
            late.send(late.ack(0).window(0));
            late.expectNothing();
            late.send(late.ack(0).window(1));
            late.expectData(0, 10);
        }

        @Test
        @Tag("T-TX-9")
        void theWindowOfTheSynIsNotScaled() {
            TcpWorld world = new TcpWorld();
            world.send(world.syn().window(100));
            world.accept();
            assertThat(world.connection().sender().windowRight()).isEqualTo(100);
        }
    }

    @Nested
    class TheRoundTrip {
        @Test
        @Tag("T-RT-8")
        void endsWhenTheAcknowledgementWasRead() {
            TcpWorld world = new TcpWorld();
            world.handshakeNanos = 30_000_000;
            world.established();
            world.writeAndPoll(TcpWorld.pattern(10));
            world.now += 30_000_000;
            byte[] acknowledgement = world.ack(10).bytes();
            world.receive(acknowledgement);
            world.now += 500_000_000;
            world.poll();
            assertThat(world.connection().sender().rtt().srttNanos()).isEqualTo(30_000_000);
            assertThat(world.resets).isZero();
        }
    }

    @Nested
    class TheSendQueue {
        @Test
        @Tag("T-RX-14")
        void spaceIsLimitedAndGrowsWithTheCongestionWindow() {
            TcpWorld world = new TcpWorld().withOffload().established();
            assertThat(world.flow.sendSpaceBytes()).isEqualTo(256 * 1024);
            assertThat(world.write(new byte[1_000_000])).isEqualTo(256 * 1024);
            assertThat(world.flow.sendSpaceBytes()).isZero();
            world.poll();
            world.send(world.ack(INITIAL_WINDOW));
            assertThat(world.writables).isEqualTo(1);
            assertThat(world.flow.sendSpaceBytes()).isEqualTo(INITIAL_WINDOW);
        }

        @Test
        void whatWasReservedAndNotCommittedIsTakenBack() {
            TcpWorld world = new TcpWorld().established();
            io.socks5tunnel.api.spi.GatherList list = new io.socks5tunnel.api.spi.GatherList();
            world.flow.reserve(list);
            assertThat(list.totalBytes()).isEqualTo(256 * 1024);
            world.poll();
            assertThat(world.slabsOfFlows()).isZero();
        }

        @Test
        void withoutMemoryThereIsNoRoom() {
            TcpWorld world = new TcpWorld().established();
            world.pool.limit(world.pool.outCount());
            assertThat(world.write(new byte[10])).isZero();
            world.pool.limit(1000);
            assertThat(world.write(new byte[10])).isEqualTo(10);
        }
    }
}
