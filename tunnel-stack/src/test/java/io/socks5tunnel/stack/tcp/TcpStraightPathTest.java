// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.stack.TcpState;
import io.socks5tunnel.stack.inspect.FlowView;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Handshake, data both ways and close, as every connection has them.
class TcpStraightPathTest {
    @Nested
    @Tag("T-HD-1")
    @Tag("T-MT-2")
    class OverIpv4 {
        @Test
        void aConnectionOpensCarriesDataAndCloses() {
            wholeLife(new TcpWorld());
        }

        @Test
        void withTimestamps() {
            wholeLife(new TcpWorld().withTimestamps());
        }

        @Test
        void withoutAnyOption() {
            wholeLife(new TcpWorld().withoutOptions());
        }

        @Test
        void withOffload() {
            wholeLife(new TcpWorld().withOffload());
        }
    }

    @Nested
    @Tag("T-HD-1")
    @Tag("T-MT-2")
    class OverIpv6 {
        @Test
        void aConnectionOpensCarriesDataAndCloses() {
            wholeLife(new TcpWorld().ipv6());
        }

        @Test
        void withTimestampsAndOffload() {
            wholeLife(new TcpWorld().ipv6().withTimestamps().withOffload());
        }
    }

    private static void wholeLife(TcpWorld world) {
        world.established();

        world.send(world.data(0, "hello"));
        assertThat(world.readText()).isEqualTo("hello");
        world.expectAck(5);

        world.writeAndPoll("goodbye".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        FlowView view = world.stack().inspect().connections().getFirst();
        assertThat(view.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(view.rcvNxt()).isEqualTo(5);
        assertThat(view.sndNxt() - view.sndUna()).isEqualTo(7);
        assertThat(view.inFlightBytes()).isEqualTo(7);
        assertThat(view.slabs()).isEqualTo(1);
        assertThat(view.isTimerArmed()).isTrue();
        SentPacket data = world.expectData(0, 7);
        assertThat(data.flags()).isEqualTo(SentPacket.ACK | SentPacket.PSH);
        world.send(world.ack(7).seq(5));
        world.expectNothing();
        assertThat(world.flow.unacknowledgedBytes()).isZero();
        assertThat(world.slabsOfFlows()).isZero();

        world.send(world.ack(7).seq(5).fin());
        world.expectAck(6);
        assertThat(world.flow.isInputEnded()).isTrue();
        world.shutdownOutput();
        SentPacket fin = world.only();
        assertThat(fin.flags()).isEqualTo(SentPacket.FIN | SentPacket.ACK);
        world.send(world.ack(8).seq(6));
        world.expectNothing();

        assertThat(world.closes).isEqualTo(1);
        assertThat(world.resets).isZero();
        assertThat(world.stack().flowCount()).isZero();
        assertThat(world.forgotten).hasSize(1);
        assertThat(world.stack().nextDeadlineNanos() - world.now).isPositive();
        assertThat(world.slabsOfFlows()).isZero();
    }
}
