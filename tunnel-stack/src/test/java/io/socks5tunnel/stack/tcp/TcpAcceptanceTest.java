// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.stack.StackConfig;
import io.socks5tunnel.stack.TcpState;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which segments are taken at all (RFC 9293 §3.10.7.4, RFC 5961, RFC 7323 §5): T-AC-1 to T-AC-12, T-RX-13, T-TS-3
/// to T-TS-6.
class TcpAcceptanceTest {
    private static StackConfig window(int bytes) {
        return new StackConfig(
                1500, bytes, bytes, 20_000, 40_000, 200_000_000L, 60_000_000_000L, 60_000_000_000L, false);
    }

    @Nested
    class Acceptability {
        private TcpWorld at(int isn) {
            TcpWorld world = new TcpWorld();
            world.clientIsn = isn;
            world.isScaling = false;
            world.config = window(1000);
            world.established();
            return world;
        }

        @ParameterizedTest
        @Tag("T-AC-1")
        @Tag("T-AC-2")
        @Tag("T-AC-3")
        @ValueSource(ints = {0, 1_000_000, Integer.MAX_VALUE - 500, Integer.MIN_VALUE, -500, -1})
        void theFourRowsHoldAtEveryEdgeAndWrap(int isn) {
            TcpWorld world = at(isn);
            world.send(world.segment().seq(-1));
            world.expectAck(0);
            world.send(world.segment());
            world.expectNothing();
            world.send(world.segment().seq(999));
            world.expectNothing();
            world.send(world.segment().seq(1001));
            world.expectAck(0);
            world.send(world.data(1000, "x"));
            world.expectAck(0);
            assertThat(world.drops(DropReason.TCP_OUT_OF_WINDOW)).isEqualTo(3);
            world.send(world.data(999, "xy"));
            assertThat(world.sackOf(world.expectAck(0))).isEqualTo("999-1000");
        }

        @Test
        @Tag("T-AC-6")
        void anAckOfWhatWasNeverSentIsAnsweredAndDropped() {
            TcpWorld world = at(5);
            world.send(world.data(0, "x").ack(1));
            world.expectAck(0);
            assertThat(world.drops(DropReason.TCP_ACK_UNACCEPTABLE)).isEqualTo(1);
        }

        @Test
        @Tag("T-AC-6")
        void anAckFromTooLongAgoIsChallenged() {
            TcpWorld world = at(5);
            world.send(world.data(0, "x").ack(-70_000));
            world.expectAck(0);
            assertThat(world.readText()).isEmpty();
        }

        @Test
        void anOldAckWithDataIsTaken() {
            TcpWorld world = new TcpWorld().established();
            world.writeAndPoll(TcpWorld.pattern(100));
            world.sent.clear();
            world.send(world.ack(100));
            world.send(world.data(0, "x").ack(50));
            assertThat(world.readText()).isEqualTo("x");
        }

        @Test
        @Tag("T-AC-5")
        @Tag("T-HS-9")
        void aSynInsideTheWindowIsChallenged() {
            TcpWorld world = new TcpWorld().established();
            world.send(world.segment().seq(3).flags(SentPacket.SYN));
            world.expectAck(0);
            world.send(world.segment().seq(3).flags(SentPacket.SYN).noAck());
            world.expectAck(0);
            assertThat(world.resets).isZero();
        }

        @Test
        @Tag("T-AC-10")
        void withoutAckASegmentIsDropped() {
            TcpWorld world = new TcpWorld().established();
            world.send(world.data(0, "x").noAck());
            world.expectNothing();
            assertThat(world.readText()).isEmpty();
        }

        @Test
        void challengesAreLimitedPerFlow() {
            TcpWorld world = new TcpWorld().established();
            for (int i = 0; i < 100; i++) {
                world.send(world.segment().seq(3).flags(SentPacket.SYN));
            }
            assertThat(world.sent).hasSize(10);
        }

        @Test
        @Tag("T-KA-2")
        @Tag("T-AC-2")
        void keepAlivesWithAndWithoutAByteAreAnswered() {
            TcpWorld world = new TcpWorld().established();
            world.send(world.data(0, "x"));
            world.sent.clear();
            world.send(world.segment());
            world.expectAck(1);
            world.send(world.data(0, "?"));
            world.expectAck(1);
            assertThat(world.readText()).isEqualTo("x");
        }

        @ParameterizedTest
        @Tag("T-RX-13")
        @ValueSource(ints = {0, 1, 5, 6, 7, 1460, 32_768, 65_535})
        void urgentDataStaysInLineWhereverThePointerPoints(int pointer) {
            TcpWorld world = new TcpWorld().established();
            world.send(world.data(0, "urgent").urgent(pointer));
            world.expectAck(6);
            world.send(world.data(9, "ater").urgent(pointer));
            world.expectAck(6);
            world.send(world.segment().seq(6).urgent(pointer));
            world.send(world.data(6, ", l").urgent(pointer));
            assertThat(world.readText()).isEqualTo("urgent, later");
        }

        @Test
        @Tag("T-AC-7")
        @Tag("T-AC-12")
        void aFloodAtOneFlowDoesNotSilenceAnother() {
            TcpWorld world = new TcpWorld().established();
            int otherIsn = world.serverIsn;
            world.clientPort++;
            world.established();
            for (int i = 0; i < 1000; i++) {
                world.send(world.segment().seq(3).flags(SentPacket.SYN));
            }
            assertThat(world.sent).hasSize(10);
            world.sent.clear();

            world.clientPort--;
            world.serverIsn = otherIsn;
            world.send(world.segment().seq(3).flags(SentPacket.SYN));
            assertThat(world.relativeSeq(world.expectAck(0))).isZero();
        }

        @Test
        @Tag("T-AC-7")
        void challengesGoOnInTheNextSecond() {
            TcpWorld world = new TcpWorld().established();
            for (int i = 0; i < 30; i++) {
                world.send(world.segment().seq(3).flags(SentPacket.SYN));
            }
            world.sent.clear();
            world.advanceMillis(1_000);
            world.send(world.segment().seq(3).flags(SentPacket.SYN));
            world.expectAck(0);
        }

        @ParameterizedTest
        @Tag("T-AC-11")
        @ValueSource(ints = {0, 0x01, 0x02, 0x03, 0x08, 0x20, 0x29, 0x2b, 0x3b, 0x13, 0xff & ~0x04})
        void absurdFlagsChangeNothingInAnyOpenState(int flags) {
            for (TcpState state : new TcpState[] {TcpState.ESTABLISHED, TcpState.CLOSE_WAIT, TcpState.FIN_WAIT_2}) {
                TcpWorld world = new TcpWorld().established();
                int seq = 0;
                int ack = 0;
                if (state == TcpState.CLOSE_WAIT) {
                    world.send(world.segment().fin());
                    seq = 1;
                } else if (state == TcpState.FIN_WAIT_2) {
                    world.shutdownOutput();
                    world.send(world.ack(1));
                    ack = 1;
                }
                world.sent.clear();
                ClientSegment absurd = world.segment().seq(seq + 5).ack(ack).flags(flags);
                world.send((flags & SentPacket.ACK) == 0 ? absurd.noAck() : absurd);
                assertThat(world.connection().state()).isEqualTo(state);
                assertThat(world.sent).hasSizeLessThanOrEqualTo(1).allMatch(packet -> packet.flags() == SentPacket.ACK);
                assertThat(world.resets).isZero();
            }
        }

        @Test
        @Tag("T-KA-1")
        void anIdleConnectionIsLeftAlone() {
            TcpWorld world = new TcpWorld().withTimestamps().established();
            world.send(world.data(0, "x"));
            world.only();
            world.advance(10L * 24 * 3600 * 1_000_000_000L);
            world.expectNothing();
            world.send(world.data(1, "y"));
            assertThat(world.readText()).isEqualTo("xy");
        }
    }

    @Nested
    class Timestamps {
        private final TcpWorld world = new TcpWorld().withTimestamps().established();

        @Test
        @Tag("T-TS-3")
        void theLatestInOrderOneIsEchoed() {
            world.clientTs += 10;
            world.send(world.data(0, "x"));
            assertThat(world.only().tsEcr()).isEqualTo(world.clientTs);
            int before = world.clientTs;
            world.clientTs += 10;
            world.send(world.data(5, "x"));
            assertThat(world.only().tsEcr()).isEqualTo(before);
        }

        @Test
        @Tag("T-TS-4")
        void anOldOneIsAcknowledgedAndDropped() {
            world.clientTs += 10;
            world.send(world.data(0, "x"));
            world.sent.clear();
            world.send(world.data(1, "old").tsVal(world.clientTs - 5));
            world.expectAck(1);
            assertThat(world.readText()).isEqualTo("x");
            assertThat(world.drops(DropReason.TCP_PAWS)).isEqualTo(1);
        }

        @Test
        @Tag("T-TS-4")
        void anOvertakenAckGetsNoAnswer() {
            world.writeAndPoll(TcpWorld.pattern(20));
            world.sent.clear();
            world.clientTs += 10;
            world.send(world.ack(20));
            world.send(world.ack(10).tsVal(world.clientTs - 5));
            world.expectNothing();
            assertThat(world.drops(DropReason.TCP_PAWS)).isEqualTo(1);
        }

        @Test
        @Tag("T-TS-4")
        void anEmptySegmentOfTheFutureWithAnOldTimestampIsAnswered() {
            world.send(world.segment().seq(5).tsVal(world.clientTs - 5));
            world.expectAck(0);
        }

        @Test
        @Tag("T-TS-4")
        void resetIsExempt() {
            world.send(world.segment().rst().tsVal(world.clientTs - 5));
            assertThat(world.resets).isEqualTo(1);
        }

        @Test
        @Tag("T-TS-5")
        void afterTwentyFourDaysAnOldOneIsBelieved() {
            world.advance(25L * 24 * 3600 * 1_000_000_000L);
            world.send(world.data(0, "x").tsVal(world.clientTs - 5));
            assertThat(world.readText()).isEqualTo("x");
        }

        @Test
        @Tag("T-TS-2")
        void anEchoCountsOnlyWithAck() {
            world.writeAndPoll(TcpWorld.pattern(10));
            world.sent.clear();
            long rtt = world.connection().sender().rtt().srttNanos();
            world.now += 50_000_000;
            world.clientTs++;
            world.send(world.data(0, "x").ack(10).noAck());
            assertThat(world.connection().sender().rtt().srttNanos()).isEqualTo(rtt);
            assertThat(world.connection().sender().una()).isZero();
            world.send(world.ack(10));
            assertThat(world.connection().sender().rtt().srttNanos()).isGreaterThan(rtt);
        }

        @ParameterizedTest
        @Tag("T-TS-6")
        @ValueSource(ints = {Integer.MAX_VALUE - 2, -3})
        void valuesWrap(int start) {
            TcpWorld wrapping = new TcpWorld().withTimestamps();
            wrapping.clientTs = start;
            wrapping.established();
            for (int i = 0; i < 6; i++) {
                wrapping.clientTs++;
                wrapping.send(wrapping.data(i, "x"));
            }
            assertThat(wrapping.readText()).isEqualTo("xxxxxx");
        }
    }
}
