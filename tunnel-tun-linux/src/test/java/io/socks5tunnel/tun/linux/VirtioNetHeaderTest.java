// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.Slab;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VirtioNetHeaderTest {
    private static final int AT = 3;

    private static ByteBuffer received(int flags, int gsoType, int gsoSize) {
        ByteBuffer bytes = ByteBuffer.allocate(32);
        bytes.put(AT, (byte) flags).put(AT + 1, (byte) gsoType);
        bytes.duplicate().order(ByteOrder.nativeOrder()).putShort(AT + 4, (short) gsoSize);
        return bytes;
    }

    private static String written(OutboundPacket packet, int headerBytes) {
        int at = packet.headerOffset() - headerBytes;
        for (int i = 0; i < packet.headerOffset(); i++) {
            packet.headerSlab().bytes().put(i, (byte) 0xee);
        }
        VirtioNetHeader.write(packet, headerBytes);
        byte[] raw = new byte[headerBytes];
        packet.headerSlab().bytes().get(at, raw);
        assertThat(packet.headerSlab().bytes().get(at - 1)).isEqualTo((byte) 0xee);
        return HexFormat.ofDelimiter(" ").formatHex(raw);
    }

    private static OutboundPacket packet(int tcpHeaderWords) {
        var packet = new OutboundPacket(new Slab());
        packet.reset();
        packet.headerSlab().bytes().put(packet.headerOffset() + 20 + 12, (byte) (tcpHeaderWords << 4));
        packet.headerSlab().bytes().put(packet.headerOffset() + 40 + 12, (byte) (tcpHeaderWords << 4));
        return packet;
    }

    @Nested
    class Received {
        @ParameterizedTest
        @CsvSource({
            "0, UNVERIFIED",
            "1, PARTIAL",
            "2, VALID",
            "3, PARTIAL",
            "4, UNVERIFIED",
            "5, PARTIAL",
            "6, VALID",
            "7, PARTIAL"
        })
        void flagsSayWhatIsKnownOfTheChecksum(int flags, ChecksumState expected) {
            assertThat(VirtioNetHeader.checksum(received(flags, 0, 0), AT)).isEqualTo(expected);
        }

        @ParameterizedTest
        @CsvSource({"0, NONE", "1, TCP_V4", "4, TCP_V6", "5, UDP_L4", "0x81, TCP_V4", "0x84, TCP_V6", "0x80, NONE"})
        void theTypeIsReadWithAndWithoutEcn(String number, GsoType expected) {
            ByteBuffer bytes = received(1, Integer.decode(number), 1448);

            assertThat(VirtioNetHeader.isGsoTypeKnown(bytes, AT)).isTrue();
            assertThat(VirtioNetHeader.gsoType(bytes, AT)).isEqualTo(expected);
        }

        @ParameterizedTest
        @CsvSource({"2", "3", "6", "127"})
        void otherTypesAreUnknown(int number) {
            assertThat(VirtioNetHeader.isGsoTypeKnown(received(1, number, 1448), AT))
                    .isFalse();
        }

        @ParameterizedTest
        @CsvSource({"0", "1", "1448", "32768", "65535"})
        void theSizeHas16BitsWithoutASign(int size) {
            assertThat(VirtioNetHeader.gsoSizeBytes(received(0, 1, size), AT)).isEqualTo(size);
        }
    }

    /// Expected bytes as a little-endian kernel wants them, which are all that this module supports.
    @Nested
    class Written {
        @Test
        void ofACompletePacketIsAllZero() {
            assertThat(written(packet(5), 10)).isEqualTo("00 00 00 00 00 00 00 00 00 00");
        }

        @Test
        void ofAPartialChecksumSaysWhereToSum() {
            OutboundPacket packet = packet(5);
            packet.partialChecksum(20, 16);

            assertThat(written(packet, 10)).isEqualTo("01 00 00 00 00 00 14 00 10 00");
        }

        @Test
        void ofASuperSegmentCountsIpAndTcpHeader() {
            OutboundPacket packet = packet(8);
            packet.partialChecksum(20, 16);
            packet.superSegment(GsoType.TCP_V4, 1448);

            assertThat(written(packet, 10)).isEqualTo("01 01 34 00 a8 05 14 00 10 00");
        }

        @Test
        void ofASuperSegmentOverIpv6HasItsOwnType() {
            OutboundPacket packet = packet(15);
            packet.partialChecksum(40, 16);
            packet.superSegment(GsoType.TCP_V6, 1428);

            assertThat(written(packet, 10)).isEqualTo("01 04 64 00 94 05 28 00 10 00");
        }

        @Test
        void ofDatagramsCountsTheUdpHeader() {
            OutboundPacket packet = packet(0);
            packet.partialChecksum(20, 6);
            packet.superSegment(GsoType.UDP_L4, 1200);

            assertThat(written(packet, 10)).isEqualTo("01 05 1c 00 b0 04 14 00 06 00");
        }

        @Test
        void longerHeadersEndInZeros() {
            OutboundPacket packet = packet(5);
            packet.partialChecksum(20, 16);

            assertThat(written(packet, 12)).isEqualTo("01 00 00 00 00 00 14 00 10 00 00 00");
        }
    }
}
