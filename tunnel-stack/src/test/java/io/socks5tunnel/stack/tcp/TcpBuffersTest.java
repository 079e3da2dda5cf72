// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What is promised to either side fits into the buffers, and who waits for room hears of it.
class TcpBuffersTest {
    private static final int MSS = 1460;

    @Nested
    class Receiving {
        @Test
        @Tag("T-RX-4")
        void aWholeWindowBehindAHoleIsKept() {
            TcpWorld world = new TcpWorld().established();
            int window = (int) world.connection().receiver().rightEdge();
            assertThat(window).isGreaterThanOrEqualTo(65_535);
            for (int at = 1; at < window; at += MSS) {
                world.send(world.segment().seq(at).payload(TcpWorld.pattern(at, Math.min(MSS, window - at))));
            }
            world.sent.clear();
            assertThat(world.drops(DropReason.TCP_REASSEMBLY_FULL)).isZero();

            world.send(world.segment().payload(TcpWorld.pattern(1)));
            world.expectAck(window);
            assertThat(world.read.toByteArray()).isEqualTo(TcpWorld.pattern(window));
        }
    }

    @Nested
    class Sending {
        @Test
        @Tag("T-RX-14")
        void aBufferThatShrankTellsWhenThereIsRoomAgain() {
            TcpWorld world = new TcpWorld().withOffload().established();
            int acknowledged = 0;
            while (world.flow.sendSpaceBytes() + world.flow.unacknowledgedBytes() < 1 << 20) {
                world.write(TcpWorld.pattern(1 << 20));
                world.poll();
                acknowledged = (int) world.connection().sender().nxt();
                world.sent.clear();
                world.now += 1_000_000;
                world.send(world.ack(acknowledged).window(65_535));
            }
            world.write(TcpWorld.pattern(4 << 20));
            world.poll();
            // a time-out: the buffer is as small as in the beginning, and holds far more
            world.advanceMillis(2_000);
            world.sent.clear();
            assertThat(world.flow.sendSpaceBytes()).isZero();
            int unacknowledged = world.flow.unacknowledgedBytes();
            assertThat(unacknowledged).isGreaterThan(512 * 1024);

            int told = world.writables;
            boolean isRoomEverHidden = false;
            while (world.flow.unacknowledgedBytes() > 0) {
                acknowledged += Math.min(10 * MSS, world.flow.unacknowledgedBytes());
                world.now += 1_000_000;
                world.send(world.ack(Math.min(
                                acknowledged, (int) world.connection().sender().nxt()))
                        .window(65_535));
                acknowledged = (int) world.connection().sender().una();
                world.sent.clear();
                isRoomEverHidden |= world.flow.sendSpaceBytes() > 0 && world.writables == told;
            }
            assertThat(isRoomEverHidden).isFalse();
            assertThat(world.writables).isGreaterThan(told);
        }
    }
}
