// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.stack.fixture.PacketBytes;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// SYNs from everywhere, which nobody means (RFC 4987).
@Tag("T-HS-11")
class SynFloodTest {
    private static final int SYNS = 100_000;
    private static final int HALF_OPEN = 1024;

    private final TcpWorld world = new TcpWorld().established();

    @Test
    void whatTheOwnerDoesNotWantLeavesNothing() {
        world.isWanted = false;
        flood();
        assertThat(world.stack().flowCount()).isEqualTo(1);
        assertThat(world.drops(DropReason.TCP_HALF_OPEN_LIMIT)).isEqualTo(SYNS);
        assertThat(world.slabsOfFlows()).isZero();
        world.expectNothing();
        assertEstablishedFlowWorks();
    }

    @Test
    void whatIsHeldTakesNoBufferAndNoTimer() {
        long deadline = world.stack().nextDeadlineNanos();
        flood();
        assertThat(world.stack().flowCount()).isEqualTo(1 + HALF_OPEN);
        assertThat(world.drops(DropReason.TCP_HALF_OPEN_LIMIT)).isEqualTo(SYNS - HALF_OPEN);
        assertThat(world.slabsOfFlows()).isZero();
        assertThat(world.stack().nextDeadlineNanos()).isEqualTo(deadline);
        world.expectNothing();
        assertEstablishedFlowWorks();
    }

    @Test
    void theSameSynAgainAndAgainIsOne() {
        byte[] syn = syn(7);
        for (int i = 0; i < SYNS; i++) {
            world.sendRaw(syn);
        }
        assertThat(world.stack().flowCount()).isEqualTo(2);
        assertThat(world.requests).isEqualTo(2);
    }

    private void flood() {
        for (int i = 0; i < SYNS; i++) {
            world.sendRaw(syn(i));
            world.isWanted &= world.requests < 1 + HALF_OPEN;
        }
    }

    private void assertEstablishedFlowWorks() {
        world.send(world.data(0, "still here"));
        assertThat(world.readText()).isEqualTo("still here");
        world.expectAck(10);
        world.writeAndPoll(TcpWorld.pattern(1000));
        world.expectData(0, 1000);
    }

    private static byte[] syn(int number) {
        return PacketBytes.ipv4()
                .source("10." + (1 + (number >> 16)) + "." + (number >> 8 & 0xff) + "." + (number & 0xff))
                .ports(1024 + number % 60_000, 443)
                .seq(number)
                .flags(SentPacket.SYN)
                .options("020405b40402080a000000010000000001030307")
                .bytes();
    }
}
