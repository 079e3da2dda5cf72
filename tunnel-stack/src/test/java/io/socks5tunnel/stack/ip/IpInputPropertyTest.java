// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.stack.fixture.Inbound;
import io.socks5tunnel.stack.fixture.PacketBytes;
import io.socks5tunnel.stack.fixture.TcpCheck;
import io.socks5tunnel.stack.wire.SegmentView;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/// What holds for any bytes.
class IpInputPropertyTest {
    private static final int[] PROTOCOLS = {0, 6, 6, 6, 6, 43, 44, 60, 59, 17, 58};

    private static final Inbound INBOUND = new Inbound().headroom(16);

    private final TcpCheck input = new TcpCheck();
    private final SegmentView view = new SegmentView();

    @Property(tries = 3_000)
    @Tag("T-IP-1")
    void anyBytesAreCheckedWithoutHarmAndNothingAroundThemMatters(
            @ForAll @Size(max = 120) byte[] bytes, @ForAll boolean likeIpv4) {
        byte[] packet = bytes.clone();
        if (packet.length > 0) {
            packet[0] = (byte) (likeIpv4 ? 0x45 + packet[0] % 3 : 0x60);
        }
        // Without checksums in the way, so that the depths are reached.
        boolean isChecksumMended = likeIpv4 && packet.length >= 20;
        assertSameWithin(isChecksumMended ? withHeaderChecksum(packet) : packet);
    }

    @Property(tries = 3_000)
    @Tag("T-IP-3")
    void anyChainOfExtensionHeadersEnds(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] packet = new byte[40 + random.nextInt(300)];
        for (int i = 0; i < packet.length; i++) {
            boolean isProbablyProtocol = i % 8 == 0 && random.nextInt(8) > 0;
            packet[i] = (byte) (isProbablyProtocol ? PROTOCOLS[random.nextInt(PROTOCOLS.length)] : random.nextInt(5));
        }
        packet[0] = 0x60;
        packet[4] = 0;
        packet[5] = (byte) (packet.length - 40 - random.nextInt(3));
        packet[6] = (byte) PROTOCOLS[random.nextInt(PROTOCOLS.length)];
        packet[8] = 0x20;
        packet[24] = 0x21;
        assertSameWithin(packet);
    }

    @Property(tries = 1_000)
    @Tag("T-HD-1")
    void oneOrTwoFlippedBitsNeverPassUnnoticed(
            @ForAll @Size(max = 60) byte[] payload,
            @ForAll boolean overIpv4,
            @ForAll @Size(min = 1, max = 2) List<@IntRange(max = 100_000) Integer> flips) {
        PacketBytes builder = overIpv4 ? PacketBytes.ipv4() : PacketBytes.ipv6();
        byte[] packet = builder.payload(payload).bytes();
        byte[] damaged = packet.clone();
        for (int flip : flips) {
            // The transport part, behind the fields whose damage has other names.
            int first = overIpv4 ? 20 : 40;
            int bit = 8 * first + flip % (8 * (packet.length - first));
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
        }
        DropReason reason = input.check(INBOUND.packet(damaged), view);

        boolean isUndone = Arrays.equals(packet, damaged);
        // Two flips of the same column in different words, one up and one down, are what the sum cannot see.
        boolean isInvisible = flips.size() == 2 && PacketBytes.isTransportChecksumRight(damaged);
        assertThat(reason == DropReason.TCP_CHECKSUM).isEqualTo(!isUndone && !isInvisible);
    }

    private void assertSameWithin(byte[] packet) {
        for (ChecksumState state : ChecksumState.values()) {
            DropReason reason = input.check(INBOUND.surroundings(0).packet(packet, state), view);
            String seen = reason == null ? describe(packet) : reason.name();
            DropReason again = input.check(INBOUND.surroundings(0xff).packet(packet, state), view);
            assertThat(again == null ? describe(packet) : again.name()).isEqualTo(seen);
        }
    }

    private String describe(byte[] packet) {
        InboundPacket inbound = view.packet();
        int end = view.payloadOffset() + view.payloadLength();
        assertThat(end - inbound.offset()).isLessThanOrEqualTo(packet.length);
        assertThat(view.tcpOffset()).isGreaterThanOrEqualTo(inbound.offset() + 20);
        assertThat(view.payloadOffset()).isGreaterThanOrEqualTo(view.tcpOffset() + 20);
        return view.seq() + " " + view.ack() + " " + view.flags() + " " + view.window() + " " + view.payloadOffset()
                + " "
                + view.payloadLength() + " " + view.maxSegmentSize() + " " + view.windowScaleShift() + " "
                + view.hasTimestamps() + " " + view.tsVal() + " " + view.tsEcr() + " " + view.sackCount() + " "
                + view.clientHigh() + " " + view.clientLow() + " " + view.destinationHigh() + " "
                + view.destinationLow();
    }

    private static byte[] withHeaderChecksum(byte[] packet) {
        int length = Math.min(packet.length, (packet[0] & 0x0f) * 4);
        packet[2] = 0;
        packet[3] = (byte) Math.min(packet.length, 127);
        if (packet[9] % 2 == 0) {
            packet[9] = 6;
        }
        packet[10] = 0;
        packet[11] = 0;
        int sum = 0xffff - PacketBytes.naiveSum(Arrays.copyOf(packet, length));
        packet[10] = (byte) (sum >>> 8);
        packet[11] = (byte) sum;
        return packet;
    }
}
