// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ParsedPacketTest {
    private static final InetSocketAddress ONE = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 4000);
    private static final InetSocketAddress TWO = new InetSocketAddress(InetAddress.ofLiteral("10.9.0.1"), 80);
    private static final InetSocketAddress ONE_6 = new InetSocketAddress(InetAddress.ofLiteral("fd00::1"), 4000);
    private static final InetSocketAddress TWO_6 = new InetSocketAddress(InetAddress.ofLiteral("fd00::2"), 80);

    private static TcpSegmentBuilder tcp() {
        return PacketBuilder.between(ONE, TWO).tcp();
    }

    private static void assertFault(byte[] packet, String fault) {
        assertThat(ParsedPacket.parse(packet).faults())
                .anySatisfy(text -> assertThat(text).contains(fault));
    }

    @Test
    void anExtensionHeaderPastTheEndLeavesNoPayload() {
        byte[] packet = new byte[41];
        packet[0] = 0x60;

        assertThat(ParsedPacket.parse(packet).payloadLength()).isZero();
        assertThat(ParsedPacket.parse(packet).payload()).isEmpty();
    }

    @Nested
    class ForPacketsFromElsewhere {
        @Test
        void theHeaderOfATextbookIsReadAndItsChecksumHolds() {
            byte[] packet = new byte[0x73];
            byte[] header = HexFormat.of().parseHex("4500007300004000" + "4011b861c0a80001" + "c0a800c7");
            System.arraycopy(header, 0, packet, 0, header.length);
            ParsedPacket parsed = ParsedPacket.parse(packet);
            assertThat(parsed.isUdp()).isTrue();
            assertThat(parsed.source().getHostAddress()).isEqualTo("192.168.0.1");
            assertThat(parsed.destination().getHostAddress()).isEqualTo("192.168.0.199");
            assertThat(parsed.faults()).noneSatisfy(text -> assertThat(text).contains("header checksum"));
        }

        @Test
        void theExampleOfRfc1071Adds() {
            byte[] words = HexFormat.of().parseHex("0001f203f4f5f6f7");
            assertThat(new NaiveChecksum().add(words).folded()).isEqualTo(0xddf2);
        }
    }

    @Nested
    class ForLiesAboutIp {
        @Test
        void everyLieIsNamed() {
            assertFault(new byte[0], "empty");
            assertFault(PacketBuilder.between(ONE, TWO).version(5).tcp().build(), "IP version 5");
            assertFault(
                    PacketBuilder.between(ONE, TWO).headerLengthWords(4).tcp().build(), "IPv4 header");
            assertFault(PacketBuilder.between(ONE, TWO).totalLength(2000).tcp().build(), "IPv4 total length");
            assertFault(
                    PacketBuilder.between(ONE, TWO).wrongHeaderChecksum().tcp().build(), "header checksum");
            assertFault(PacketBuilder.between(ONE, TWO).padding(3).tcp().build(), "trailing bytes: 3");
            assertFault(
                    PacketBuilder.between(ONE_6, TWO_6).totalLength(2000).tcp().build(), "IPv6 payload length");
            assertFault(
                    PacketBuilder.between(ONE_6, TWO_6)
                            .ipv6Extension(0, new byte[] {0, 9, 0, 0, 0, 0, 0, 0})
                            .wrap(IpProtocol.TCP, new byte[4]),
                    "extension header");
        }

        @Test
        void optionsAndExtensionsAreNoLies() {
            assertThat(ParsedPacket.parse(PacketBuilder.between(ONE, TWO)
                                    .ipv4Options(7, 3, 4)
                                    .tcp()
                                    .build())
                            .faults())
                    .isEmpty();
            byte[] extended = PacketBuilder.between(ONE_6, TWO_6)
                    .ipv6Extension(60, new byte[] {0, 0, 1, 4, 0, 0, 0, 0})
                    .tcp()
                    .payload("x")
                    .build();
            assertThat(ParsedPacket.parse(extended).requireSound().payload()).containsExactly('x');
        }
    }

    @Nested
    class ForLiesAboutTcp {
        @Test
        void everyLieIsNamed() {
            assertFault(tcp().wrongChecksum().build(), "transport checksum");
            assertFault(tcp().dataOffsetWords(4).build(), "TCP header of 16 bytes");
            assertFault(tcp().dataOffsetWords(15).build(), "TCP header of 60 bytes");
            assertFault(tcp().reserved(1).build(), "reserved bits");
            assertFault(tcp().rawOptions(3, 0).build(), "impossible length");
            assertFault(tcp().rawOptions(2, 40).build(), "impossible length");
            assertFault(tcp().rawOptions(8).build(), "impossible length");
            assertFault(tcp().flags("S").option(2, 1).build(), "option 2 has length 3");
            assertFault(tcp().flags("S").mss(1).mss(1).build(), "twice");
            assertFault(tcp().rawOptions(0, 1, 1, 1).build(), "padding");
            assertFault(tcp().ack(1).mss(1460).build(), "only a SYN");
            assertFault(PacketBuilder.between(ONE, TWO).wrap(IpProtocol.TCP, new byte[19]), "TCP segment of 19");
        }

        @Test
        void unlawfulSackBlocksAreNamed() {
            assertFault(tcp().ack(100).sack(200, 200).build(), "empty or reversed");
            assertFault(tcp().ack(100).sack(300, 200).build(), "empty or reversed");
            assertFault(tcp().ack(100).sack(300, 400, 50, 100).build(), "not beyond");
            assertFault(tcp().ack(100).sack(700, 800, 300, 400, 350, 450).build(), "overlap");
            assertFault(tcp().ack(100).option(5, 0, 0).build(), "SACK has the impossible length");
        }

        @Test
        void lawfulSackBlocksAndDsackPass() {
            assertThat(ParsedPacket.parse(
                                    tcp().ack(100).sack(300, 400, 200, 250).build())
                            .faults())
                    .isEmpty();
            assertThat(ParsedPacket.parse(tcp().ack(100).sack(50, 80, 200, 250).build())
                            .faults())
                    .isEmpty();
        }

        @Test
        void aPartialChecksumMustBeTheSumOfThePseudoHeader() {
            SimPacket right = tcp().payload("abc").partialChecksum().packet();
            assertThat(ParsedPacket.parse(right).faults()).isEmpty();
            assertFault(right.bytes(), "transport checksum");
            SimPacket wrong =
                    tcp().payload("abc").partialChecksum().wrongChecksum().packet();
            assertThat(ParsedPacket.parse(wrong).faults())
                    .containsExactly("partial checksum is not the sum of the pseudo-header");
        }

        @Test
        void requiringSoundnessThrowsWithTheReason() {
            assertThatThrownBy(() ->
                            ParsedPacket.parse(tcp().wrongChecksum().build()).requireSound())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("transport checksum");
        }
    }

    @Nested
    class ForLiesAboutUdpAndIcmp {
        @Test
        void everyLieIsNamed() {
            assertFault(PacketBuilder.between(ONE, TWO).udp().wrongChecksum().build(), "transport checksum");
            assertFault(PacketBuilder.between(ONE, TWO).udp().length(7).build(), "UDP length 7");
            assertFault(PacketBuilder.between(ONE_6, TWO_6).udp().noChecksum().build(), "without checksum");
            byte[] icmp = PacketBuilder.between(ONE, TWO).icmp(3, 1, new byte[32]);
            assertThat(ParsedPacket.parse(icmp).faults()).isEmpty();
            icmp[22] ^= 1;
            assertFault(icmp, "ICMP checksum");
            byte[] icmp6 = PacketBuilder.between(ONE_6, TWO_6).icmp(1, 4, new byte[32]);
            assertThat(ParsedPacket.parse(icmp6).requireSound().icmpCode()).isEqualTo(4);
        }

        @Test
        void udpOverIpv4MayGoWithoutChecksum() {
            assertThat(ParsedPacket.parse(PacketBuilder.between(ONE, TWO)
                                    .udp()
                                    .noChecksum()
                                    .build())
                            .faults())
                    .isEmpty();
        }
    }
}
