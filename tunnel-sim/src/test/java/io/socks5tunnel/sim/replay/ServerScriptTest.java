// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.sim.PacketBuilder;
import io.socks5tunnel.sim.TcpSegmentBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServerScriptTest {
    private static final InetSocketAddress CLIENT = new InetSocketAddress(InetAddress.ofLiteral("198.18.0.1"), 40_000);
    private static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.ofLiteral("198.19.0.1"), 80);
    private static final int ISN = -5;

    private final ServerScript script = new ServerScript();

    @BeforeEach
    void begin() {
        script.begin(ISN);
    }

    @Test
    void bytesComeInTheOrderOfTheStreamOverTheWrap() {
        data(7, "world");
        assertThat(script.head()).isNull();

        data(1, "hello ");

        assertThat(play()).isEqualTo("hello world");
        assertThat(script.streamBytes()).isEqualTo(11);
        assertThat(script.waitingBytes()).isZero();
    }

    @Test
    void theFirstCopyHoldsWhereSegmentsDisagree() {
        data(1, "abc");
        data(1, "XYZdef");

        assertThat(play()).isEqualTo("abcdef");
    }

    @Test
    void anAnswerKnowsWhatTheServerHadGot() {
        script.onSegment(packet(segment().seq(ISN + 1).ack(500).payload("a")), 9);

        ServerScript.Step step = script.head();
        assertThat(step).isNotNull();
        assertThat(step.hasAck()).isTrue();
        assertThat(step.ackSeq()).isEqualTo(500);
        assertThat(step.dueNanos()).isEqualTo(9);
    }

    @Test
    void theEndComesBehindAllBytes() {
        script.onSegment(packet(segment().seq(ISN + 4).ack(1).flags("F").payload("d")), 0);
        assertThat(script.hasEnded()).isFalse();

        data(1, "abc");

        assertThat(play()).isEqualTo("abcd<END>");
    }

    @Test
    void aHoleIsFilledUpToTheNextBytesOnly() {
        data(1, "ab");
        data(6, "f");

        assertThat(script.covers(ISN + 1 + 6)).isFalse();
        script.fillTo(ISN + 1 + 6, 0);

        assertThat(play()).isEqualTo("ab\0\0\0f");
        assertThat(script.paddedBytes()).isEqualTo(3);
        assertThat(script.covers(ISN + 1 + 6)).isTrue();
    }

    @Test
    void aResetEndsWhateverComes() {
        data(1, "ab");
        script.onSegment(packet(segment().seq(ISN + 3).flags("R")), 0);
        data(3, "late");

        assertThat(play()).isEqualTo("ab<RESET>");
    }

    @Test
    void aStepMayBePlayedInParts() {
        data(1, "abcdef");

        script.onPlayed(2);

        assertThat(script.waitingBytes()).isEqualTo(4);
        assertThat(play()).isEqualTo("cdef");
    }

    private void data(int offset, String text) {
        script.onSegment(packet(segment().seq(ISN + offset).payload(text)), 0);
    }

    private String play() {
        StringBuilder text = new StringBuilder();
        ServerScript.Step step;
        while ((step = script.head()) != null) {
            text.append(
                    step.kind() == ServerScript.Kind.BYTES
                            ? new String(step.bytes(), StandardCharsets.US_ASCII)
                            : "<" + step.kind() + ">");
            script.onPlayed(step.bytes().length);
        }
        return text.toString();
    }

    private static ReplayPacket packet(TcpSegmentBuilder segment) {
        return ReplayPacket.captured(1, 0, segment.build(), 0);
    }

    private static TcpSegmentBuilder segment() {
        return PacketBuilder.between(SERVER, CLIENT).tcp();
    }
}
