// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Losses of and within super-segments: T-CC-5.
class TcpSuperSegmentLossTest {
    private static final int SIZE = 45 * 1448;
    private final TcpWorld world = new TcpWorld().withTimestamps().withOffload();
    private int acknowledged;
    private int sentTo;

    /// Grows the window until four super-segments are out.
    private void fourOut() {
        world.handshakeNanos = 20_000_000;
        world.established();
        for (int i = 0; i < 40; i++) {
            while (world.write(TcpWorld.pattern(sentTo, 50_000)) == 50_000) {
                sentTo += 50_000;
            }
            world.poll();
            acknowledged += world.sent.stream().mapToInt(SentPacket::length).sum();
            world.sent.clear();
            world.now += 20_000_000;
            world.clientTs += 20;
            world.send(world.ack(acknowledged).window(16384));
            if (world.sent.stream().filter(p -> p.length() == SIZE).count() >= 4) {
                break;
            }
        }
        world.now += 20_000_000;
        world.clientTs += 20;
    }

    @Test
    void oneLostInAWindowComesAgainWhole() {
        fourOut();
        SentPacket lost = world.next();
        SentPacket second = world.next();
        world.sent.clear();
        int base = world.relativeSeq(lost);
        assertThat(world.relativeSeq(second)).isEqualTo(base + lost.length());
        int sackedTo = (int) world.connection().sender().nxt();
        world.send(world.ack(base).sack(world.relativeSeq(second), sackedTo).window(16384));
        SentPacket again = world.next();
        assertThat(world.relativeSeq(again)).isEqualTo(base);
        assertThat(again.payload()).isEqualTo(lost.payload());
    }

    @Test
    void aPartialAcknowledgementLeavesTheRestOut() {
        fourOut();
        SentPacket first = world.next();
        int base = world.relativeSeq(first);
        world.sent.clear();
        world.send(world.ack(base + 1448 * 3).window(16384));
        TransmissionRecord head = world.connection().sender().scoreboard().head();
        assertThat(head.length()).isEqualTo(first.length() - 1448 * 3);
        assertThat(world.connection().sender().una()).isEqualTo(base + 1448 * 3);
    }

    @Test
    @Tag("T-CC-5")
    void aHoleInsideOneIsFilledByJustThatMuch() {
        fourOut();
        SentPacket first = world.next();
        int base = world.relativeSeq(first);
        world.sent.clear();
        world.send(world.ack(base + 1448)
                .sack(base + 1448 * 3, (int) world.connection().sender().nxt())
                .window(16384));
        SentPacket again = world.next();
        assertThat(world.relativeSeq(again)).isEqualTo(base + 1448);
        assertThat(again.length()).isEqualTo(2 * 1448);
    }

    /// What was sent after the resend tells that it was lost.
    @Test
    @Tag("T-CC-5")
    void whatIsLostTwiceGoesInPiecesOfEightSegments() {
        fourOut();
        int base = world.relativeSeq(world.next());
        int second = world.relativeSeq(world.next());
        world.sent.clear();
        int end = (int) world.connection().sender().nxt();
        world.write(TcpWorld.pattern(sentTo, 50_000));
        world.send(world.ack(base).sack(second, end).window(16384));
        assertThat(world.next().length()).isEqualTo(second - base);
        int newEnd = (int) world.connection().sender().nxt();
        assertThat(newEnd).isGreaterThan(end);
        world.sent.clear();
        world.now += 30_000_000;
        world.clientTs += 30;
        world.send(world.ack(base).sack(second, newEnd).window(16384));
        world.advanceMillis(40);
        assertThat(world.sent)
                .filteredOn(packet -> world.relativeSeq(packet) < second)
                .isNotEmpty()
                .allMatch(packet -> packet.length() <= 8 * 1448);
        assertThat(world.next().length()).isEqualTo(8 * 1448);
    }

    @Test
    void whatIsLostAgainAndAgainGoesInSmallerPieces() {
        fourOut();
        int base = world.relativeSeq(world.sent.peek());
        world.sent.clear();
        int smallest = Integer.MAX_VALUE;
        for (int i = 0; i < 6; i++) {
            world.advanceMillis(3_000L << i);
            while (!world.sent.isEmpty()) {
                SentPacket packet = world.next();
                if (world.relativeSeq(packet) == base) {
                    smallest = Math.min(smallest, packet.length());
                }
            }
        }
        assertThat(smallest).isLessThanOrEqualTo(1448);
    }
}
