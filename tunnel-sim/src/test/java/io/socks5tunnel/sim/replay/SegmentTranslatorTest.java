// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.sim.PacketBuilder;
import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.SackBlock;
import io.socks5tunnel.sim.SimPacket;
import io.socks5tunnel.sim.TcpFlag;
import io.socks5tunnel.sim.TcpOptions;
import io.socks5tunnel.sim.TcpSegmentBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SegmentTranslatorTest {
    private static final InetSocketAddress CLIENT = address("198.18.0.1", 40_000);
    private static final InetSocketAddress SERVER = address("198.19.0.1", 80);
    private static final int SHIFT = 1_000_000;
    private static final int ECHO = 77;

    private final SegmentTranslator translator = new SegmentTranslator(1500, false);

    @Test
    void acknowledgementSackAndEchoMoveAndTheRestStays() {
        byte[] captured = segment()
                .seq(5_000)
                .ack(9_000)
                .timestamps(11, 22)
                .sack(9_500, 9_900)
                .payload("hello")
                .build();

        ParsedPacket live = one(captured, shift(true, null));

        assertThat(live.seq()).isEqualTo(5_000);
        assertThat(live.ack()).isEqualTo(9_000 + SHIFT);
        assertThat(live.options().timestampValue()).isEqualTo(11);
        assertThat(live.options().timestampEcho()).isEqualTo(ECHO);
        assertThat(live.options().sackBlocks()).containsExactly(new SackBlock(9_500 + SHIFT, 9_900 + SHIFT));
        assertThat(live.payload()).asString().isEqualTo("hello");
    }

    @Test
    void numbersWrap() {
        byte[] captured = segment().seq(-3).ack(-SHIFT - 1).build();

        assertThat(one(captured, shift(true, null)).ack()).isEqualTo(-1);
        assertThat(one(captured, shift(true, null)).seq()).isEqualTo(-3);
    }

    @Test
    void aWrongChecksumIsMended() {
        byte[] captured = segment().ack(1).payload("x").wrongChecksum().build();

        assertThat(one(captured, shift(true, null)).faults()).isEmpty();
    }

    @Test
    void aWrongChecksumStaysAsWrongAsItWasWhenVerbatim() {
        SegmentTranslator verbatim = new SegmentTranslator(1500, true);
        byte[] right = segment().ack(1).payload("odd").build();
        byte[] wrong = segment().ack(1).payload("odd").wrongChecksum().build();

        assertThat(translate(verbatim, right, shift(true, null)).getFirst().faults())
                .isEmpty();
        assertThat(translate(verbatim, wrong, shift(true, null)).getFirst().faults())
                .containsExactly("transport checksum");
    }

    @Test
    void optionsThatTheCapturedServerRefusedAreStruckOut() {
        byte[] captured = segment()
                .flags("S")
                .mss(1460)
                .windowScale(7)
                .sackPermitted()
                .timestamps(1, 0)
                .build();
        TcpOptions accepted = new TcpOptions(1460, TcpOptions.ABSENT, true, List.of(), false, 0, 0);

        TcpOptions live = one(captured, shift(true, accepted)).options();

        assertThat(live.mss()).isEqualTo(1460);
        assertThat(live.windowScale()).isEqualTo(TcpOptions.ABSENT);
        assertThat(live.sackPermitted()).isTrue();
        assertThat(live.hasTimestamps()).isFalse();
    }

    @Test
    void withARealServerNoSackIsLeft() {
        byte[] captured = segment().ack(9_000).sack(9_500, 9_900).build();

        assertThat(one(captured, shift(false, null)).options().sackBlocks()).isEmpty();
    }

    @Test
    void aSuperSegmentIsCutAndOnlyItsLastPartPushesAndEnds() {
        byte[] payload = new byte[4_000];
        ByteBuffer.wrap(payload).putInt(3_996, 4_711);
        byte[] captured = segment().seq(100).ack(1).flags("PF").payload(payload).build();

        List<ParsedPacket> parts = translate(translator, captured, shift(true, null));

        assertThat(parts).hasSize(3).allSatisfy(part -> {
            assertThat(part.faults()).isEmpty();
            assertThat(part.length()).isLessThanOrEqualTo(1500);
        });
        assertThat(parts).extracting(ParsedPacket::seq).containsExactly(100, 1_560, 3_020);
        assertThat(parts).extracting(part -> part.has(TcpFlag.FIN)).containsExactly(false, false, true);
        assertThat(parts).extracting(part -> part.has(TcpFlag.PSH)).containsExactly(false, false, true);
        byte[] last = parts.getLast().payload();
        assertThat(ByteBuffer.wrap(last).getInt(last.length - 4)).isEqualTo(4_711);
    }

    private ParsedPacket one(byte[] captured, SegmentTranslator.Shift shift) {
        List<ParsedPacket> parts = translate(translator, captured, shift);
        assertThat(parts).hasSize(1);
        return parts.getFirst();
    }

    private static List<ParsedPacket> translate(
            SegmentTranslator translator, byte[] captured, SegmentTranslator.Shift shift) {
        List<SimPacket> parts = translator.translate(ReplayPacket.captured(1, 0, captured, 0), shift);
        return parts.stream().map(ParsedPacket::parse).toList();
    }

    private static SegmentTranslator.Shift shift(boolean hasSack, @Nullable TcpOptions accepted) {
        return new SegmentTranslator.Shift(SHIFT, ECHO, true, hasSack, accepted);
    }

    private static TcpSegmentBuilder segment() {
        return PacketBuilder.between(CLIENT, SERVER).tcp();
    }

    private static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }
}
