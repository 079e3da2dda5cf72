// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import org.junit.jupiter.api.Test;

/// Whatever segment of a connection is dropped is counted once, under its reason and no other.
class TcpDropCountTest {
    private final TcpWorld world = new TcpWorld().withTimestamps().established();

    @Test
    void aSegmentBeyondTheWindow() {
        world.send(world.data(1 << 29, "late"));
        assertOnly(DropReason.TCP_OUT_OF_WINDOW);
    }

    @Test
    void anOldTimestamp() {
        world.send(world.data(0, "old").tsVal(world.clientTs - 1_000));
        assertOnly(DropReason.TCP_PAWS);
    }

    @Test
    void noAcknowledgement() {
        world.send(world.data(0, "bare").noAck());
        assertOnly(DropReason.TCP_FLAGS_INVALID);
    }

    @Test
    void aResetInsideTheWindow() {
        world.send(world.segment().seq(5).rst());
        assertOnly(DropReason.TCP_RESET_IGNORED);
    }

    @Test
    void aResetOutsideTheWindow() {
        world.send(world.segment().seq(-5).rst());
        assertOnly(DropReason.TCP_RESET_IGNORED);
    }

    @Test
    void aSynOfAnEstablishedConnection() {
        world.send(world.syn().seq(3));
        assertOnly(DropReason.TCP_SYN_UNEXPECTED);
    }

    @Test
    void anAcknowledgementOfWhatWasNotSent() {
        world.send(world.ack(1));
        assertOnly(DropReason.TCP_ACK_UNACCEPTABLE);
    }

    @Test
    void anAcknowledgementOfLongAgo() {
        world.send(world.ack(-(1 << 28)));
        assertOnly(DropReason.TCP_ACK_UNACCEPTABLE);
    }

    @Test
    void aSynThatIsRepeatedAfterItsAnswer() {
        var opening = new TcpWorld();
        opening.send(opening.syn());
        opening.accept();
        opening.send(opening.syn());
        assertOnly(opening, DropReason.TCP_SYN_REPEATED);
    }

    @Test
    void aThirdAcknowledgementOfSomethingElse() {
        var opening = new TcpWorld();
        opening.send(opening.syn());
        opening.accept();
        opening.sent.clear();
        opening.send(opening.ack(77));
        assertOnly(opening, DropReason.TCP_ACK_UNACCEPTABLE);
    }

    private void assertOnly(DropReason reason) {
        assertOnly(world, reason);
    }

    private static void assertOnly(TcpWorld world, DropReason expected) {
        for (DropReason reason : DropReason.values()) {
            assertThat(world.drops(reason)).as(reason.name()).isEqualTo(reason == expected ? 1 : 0);
        }
    }
}
