// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GsoType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/// What the builder writes, the parser reads; what is damaged, the parser notices.
class PacketBuilderPropertyTest {
    private static final int TRIES = 200;

    private static InetSocketAddress address(boolean isIpv6, int host, int port) {
        String text = isIpv6 ? "fd00::" + Integer.toHexString(host & 0xfff) : "10.0." + (host & 0xff) + ".7";
        return new InetSocketAddress(InetAddress.ofLiteral(text), port);
    }

    @Property(tries = TRIES)
    void tcpSegmentsAreReadAsTheyWereWritten(
            @ForAll boolean isIpv6,
            @ForAll int seq,
            @ForAll int ack,
            @ForAll @IntRange(min = 1, max = 65_535) int port,
            @ForAll @IntRange(max = 65_535) int window,
            @ForAll @Size(max = 1400) byte[] payload) {
        byte[] packet = PacketBuilder.between(address(isIpv6, 1, port), address(isIpv6, 2, 80))
                .tcp()
                .seq(seq)
                .ack(ack)
                .flags("P")
                .window(window)
                .timestamps(seq, ack)
                .payload(payload)
                .build();

        ParsedPacket parsed = ParsedPacket.parse(packet).requireSound();
        assertThat(parsed.seq()).isEqualTo(seq);
        assertThat(parsed.ack()).isEqualTo(ack);
        assertThat(parsed.window()).isEqualTo(window);
        assertThat(parsed.sourcePort()).isEqualTo(port);
        assertThat(parsed.options().timestampValue()).isEqualTo(seq);
        assertThat(parsed.options().timestampEcho()).isEqualTo(ack);
        assertThat(parsed.payload()).isEqualTo(payload);
        assertThat(TcpFlag.format(parsed.flags())).isEqualTo("PA");
    }

    @Property(tries = TRIES)
    void anyTurnedBitOfAnIpv4SegmentIsNoticed(
            @ForAll @Size(min = 1, max = 60) byte[] payload, @ForAll @IntRange(max = 100_000) int chance) {
        byte[] packet = PacketBuilder.between(address(false, 1, 1), address(false, 2, 2))
                .tcp()
                .ack(7)
                .payload(payload)
                .build();
        int bit = chance % (packet.length * 8);
        packet[bit >> 3] ^= (byte) (1 << (bit & 7));

        assertThat(ParsedPacket.parse(packet).faults()).isNotEmpty();
    }

    @Property(tries = TRIES)
    void anyTurnedBitOfTransportOverIpv6IsNoticed(
            @ForAll @Size(min = 1, max = 60) byte[] payload, @ForAll @IntRange(max = 100_000) int chance) {
        byte[] packet = PacketBuilder.between(address(true, 1, 1), address(true, 2, 2))
                .udp()
                .payload(payload)
                .build();
        // everything behind traffic class, flow label and hop limit, which no checksum covers
        int bit = 8 * 8 + chance % ((packet.length - 8) * 8);
        packet[bit >> 3] ^= (byte) (1 << (bit & 7));

        assertThat(ParsedPacket.parse(packet).faults()).isNotEmpty();
    }

    @Property(tries = TRIES)
    void theParserSurvivesAnyBytes(@ForAll @Size(max = 120) byte[] bytes, @ForAll boolean isIpv6) {
        if (bytes.length > 0) {
            bytes[0] = (byte) (isIpv6 ? 0x60 : bytes[0] & 0xf | 0x40);
        }
        ParsedPacket parsed = ParsedPacket.parse(bytes);
        assertThat(parsed.payloadLength()).isBetween(0, bytes.length);
    }

    @Property(tries = TRIES)
    void datagramsAreReadAsTheyWereWritten(@ForAll boolean isIpv6, @ForAll @Size(max = 1400) byte[] payload) {
        byte[] packet = PacketBuilder.between(address(isIpv6, 1, 1), address(isIpv6, 2, 2))
                .udp()
                .payload(payload)
                .build();
        assertThat(ParsedPacket.parse(packet).requireSound().payload()).isEqualTo(payload);
    }

    @Property(tries = TRIES)
    void fragmentsCoverTheWholeAndNothingTwice(
            @ForAll boolean isIpv6,
            @ForAll @Size(min = 100, max = 3000) byte[] payload,
            @ForAll @IntRange(min = 100, max = 1500) int mtu) {
        byte[] packet = PacketBuilder.between(address(isIpv6, 1, 1), address(isIpv6, 2, 2))
                .udp()
                .payload(payload)
                .build();
        int headerLength = isIpv6 ? 40 : 20;
        byte[] joined = new byte[packet.length - headerLength];
        int filled = 0;
        List<byte[]> fragments = PacketBuilder.fragments(packet, Math.min(mtu, packet.length - 1), 99);
        for (byte[] bytes : fragments) {
            ParsedPacket fragment = ParsedPacket.parse(bytes).requireSound();
            assertThat(bytes.length).isLessThanOrEqualTo(mtu);
            assertThat(fragment.isFragment()).isTrue();
            assertThat(fragment.identification()).isEqualTo(99);
            assertThat(fragment.hasMoreFragments())
                    .isEqualTo(fragment.fragmentOffset() + fragment.payloadLength() < joined.length);
            System.arraycopy(fragment.payload(), 0, joined, fragment.fragmentOffset(), fragment.payloadLength());
            filled += fragment.payloadLength();
        }
        assertThat(filled).isEqualTo(joined.length);
        assertThat(joined).isEqualTo(Arrays.copyOfRange(packet, headerLength, packet.length));
    }

    @Property(tries = TRIES)
    void superSegmentsThatAreCutAndMergedAreWholeAgain(
            @ForAll boolean isIpv6, @ForAll @IntRange(min = 1, max = 60_000) int length, @ForAll int seed) {
        byte[] payload = new SeededContent(seed).bytes(0, length);
        SimPacket whole = PacketBuilder.between(address(isIpv6, 1, 1), address(isIpv6, 2, 2))
                .tcp()
                .seq(-500)
                .ack(7)
                .flags("P")
                .payload(payload)
                .superSegment(1400);
        List<SimPacket> segments = Offload.cut(whole);
        assertThat(segments).hasSize((length + 1399) / 1400);
        SimPacket merged = segments.getFirst();
        for (SimPacket segment : segments.subList(1, segments.size())) {
            assertThat(ParsedPacket.parse(segment).faults()).isEmpty();
            SimPacket next = Offload.merge(merged, segment);
            assertThat(next).isNotNull();
            merged = next;
        }

        ParsedPacket parsed = ParsedPacket.parse(merged).requireSound();
        assertThat(parsed.payload()).isEqualTo(payload);
        assertThat(parsed.seq()).isEqualTo(-500);
        assertThat(TcpFlag.format(parsed.flags())).isEqualTo("PA");
        if (length > 1400) {
            assertThat(merged.checksum()).isEqualTo(ChecksumState.PARTIAL);
            assertThat(merged.gsoType()).isEqualTo(isIpv6 ? GsoType.TCP_V6 : GsoType.TCP_V4);
            assertThat(merged.gsoSizeBytes()).isEqualTo(1400);
        }
    }
}
