// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.stack.StackConfig;
import org.junit.jupiter.api.Nested;
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
        void anAckOfWhatWasNeverSentIsAnsweredAndDropped() {
            TcpWorld world = at(5);
            world.send(world.data(0, "x").ack(1));
            world.expectAck(0);
            assertThat(world.drops(DropReason.TCP_ACK_UNACCEPTABLE)).isEqualTo(1);
        }

        @Test
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
        void aSynInsideTheWindowIsChallenged() {
            TcpWorld world = new TcpWorld().established();
            world.send(world.segment().seq(3).flags(SentPacket.SYN));
            world.expectAck(0);
            world.send(world.segment().seq(3).flags(SentPacket.SYN).noAck());
            world.expectAck(0);
            assertThat(world.resets).isZero();
        }

        @Test
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

        @Test
        void urgentDataStaysInLine() {
            TcpWorld world = new TcpWorld().established();
            world.send(world.data(0, "urgent").flags(0x20));
            assertThat(world.readText()).isEqualTo("urgent");
        }
    }

    @Nested
    class Timestamps {
        private final TcpWorld world = new TcpWorld().withTimestamps().established();

        @Test
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
        void resetIsExempt() {
            world.send(world.segment().rst().tsVal(world.clientTs - 5));
            assertThat(world.resets).isEqualTo(1);
        }

        @Test
        void afterTwentyFourDaysAnOldOneIsBelieved() {
            world.advance(25L * 24 * 3600 * 1_000_000_000L);
            world.send(world.data(0, "x").tsVal(world.clientTs - 5));
            assertThat(world.readText()).isEqualTo("x");
        }

        @ParameterizedTest
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
