// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

import static io.socks5tunnel.sim.capture.CaptureBytes.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkLayerTest {
    private static final String ADDRESSES = "020000000001 020000000002";
    /// 24 bytes long: a header and "data".
    private static final String IPV4 = "4500 0018 0001 0000 40 11 0000 c6120001 c6120002 64617461";
    /// 44 bytes long.
    private static final String IPV6 =
            "6000 0000 0004 3b 40 fc000000000000000000000000000001 fc000000000000000000000000000002 64617461";

    private static StrippedFrame strip(LinkType type, String digits) {
        byte[] bytes = hex(digits);
        return LinkLayer.strip(packet(type.number(), bytes, bytes.length));
    }

    private static CapturedPacket packet(int linkType, byte[] bytes, int originalLength) {
        return new CapturedPacket(0, 0, linkType, bytes, originalLength, List.of());
    }

    private static void assertGives(StrippedFrame frame, String packet) {
        assertThat(frame).isInstanceOfSatisfying(IpPacket.class, ip -> {
            assertThat(ip.bytes()).isEqualTo(hex(packet));
            assertThat(ip.cutBytes()).isZero();
            assertThat(ip.isWhole()).isTrue();
            assertThat(ip.paddingBytes()).isZero();
        });
    }

    private static void assertSkipped(StrippedFrame frame, SkipReason reason) {
        assertThat(frame).isEqualTo(new SkippedFrame(reason));
    }

    @Nested
    class Ethernet {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "8100 0005",
                    "88a8 0005 8100 0006",
                    "9100 0005 8100 0006",
                    "9200 0005",
                    "8100 0001 8100 0002 8100 0003"
                })
        void carriesIpBehindAnyNumberOfTags(String tags) {
            assertGives(strip(LinkType.ETHERNET, ADDRESSES + tags + "0800" + IPV4), IPV4);
            assertGives(strip(LinkType.ETHERNET, ADDRESSES + tags + "86dd" + IPV6), IPV6);
        }

        @ParameterizedTest
        @ValueSource(strings = {"0021", "21", "ff03 0021", "ff03 21"})
        void carriesIpInPppoe(String protocol) {
            assertGives(strip(LinkType.ETHERNET, ADDRESSES + "8864 1100 0001 001a" + protocol + IPV4), IPV4);
        }

        @Test
        void carriesIpInPppoeInQinq() {
            assertGives(
                    strip(LinkType.ETHERNET, ADDRESSES + "88a8 0005 8100 0006 8864 1100 0001 002e 0057" + IPV6), IPV6);
        }

        @Test
        void carriesIpInSnap() {
            assertGives(strip(LinkType.ETHERNET, ADDRESSES + "0020 aaaa03 000000 0800" + IPV4), IPV4);
        }

        @ParameterizedTest
        @CsvSource({
            "0806 0001080006040001, ARP",
            "8035 0001080006040003, ARP",
            "8863 11090000, PPPOE_DISCOVERY",
            "8864 1100 0001 0004 c021 0901, PPP_CONTROL",
            "0026 424203 00000000, LLC",
            "0026 aaaa03 00000c 2000, LLC",
            "0026 aaaa03 000000 809b, LLC",
            "88cc 0207040c, OTHER_PROTOCOL",
            "8847 00010140 45000018, OTHER_PROTOCOL"
        })
        void carriesOtherThingsThatAreCounted(String rest, SkipReason reason) {
            assertSkipped(strip(LinkType.ETHERNET, ADDRESSES + rest), reason);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "08",
                    "0800",
                    "8100 00",
                    "8100 0005",
                    "8100 0005 0800",
                    "8864 1100",
                    "8864 11000001" + "0000 00"
                })
        void mayEndBeforeTheIpHeader(String rest) {
            assertSkipped(strip(LinkType.ETHERNET, ADDRESSES + rest), SkipReason.NO_IP_HEADER);
        }
    }

    @Nested
    class Loopback {
        @ParameterizedTest
        @CsvSource({"NULL, 00000002", "NULL, 02000000", "LOOP, 00000002", "LOOP, 02000000"})
        void namesIpv4InEitherByteOrder(LinkType type, String family) {
            assertGives(strip(type, family + IPV4), IPV4);
        }

        @ParameterizedTest
        @ValueSource(ints = {10, 23, 24, 26, 28, 30})
        void namesIpv6AsManySystemsDo(int family) {
            assertGives(strip(LinkType.NULL, String.format("%08x", family) + IPV6), IPV6);
            assertGives(strip(LinkType.NULL, String.format("%02x000000", family) + IPV6), IPV6);
        }

        @Test
        void mayCarryAnotherFamily() {
            assertSkipped(strip(LinkType.NULL, "00000007" + IPV4), SkipReason.OTHER_PROTOCOL);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "000000", "00000002"})
        void mayEndBeforeTheIpHeader(String digits) {
            assertSkipped(strip(LinkType.NULL, digits), SkipReason.NO_IP_HEADER);
        }
    }

    @Nested
    class Cooked {
        private static final String ADDRESS = "0001 0006 020000000001 0000";

        @Test
        void ofTheFirstVersionHasTheProtocolAtTheEnd() {
            assertGives(strip(LinkType.LINUX_SLL, "0000" + ADDRESS + "0800" + IPV4), IPV4);
            assertGives(strip(LinkType.LINUX_SLL, "0004" + ADDRESS + "86dd" + IPV6), IPV6);
        }

        @Test
        void ofTheSecondVersionHasTheProtocolFirst() {
            assertGives(strip(LinkType.LINUX_SLL2, "0800 0000 00000003 0001 00 06 0200000000010000" + IPV4), IPV4);
            assertGives(strip(LinkType.LINUX_SLL2, "86dd 0000 00000003 0001 00 06 0200000000010000" + IPV6), IPV6);
        }

        @Test
        void mayHaveTags() {
            assertGives(strip(LinkType.LINUX_SLL, "0000" + ADDRESS + "8100 0005 0800" + IPV4), IPV4);
            assertGives(
                    strip(LinkType.LINUX_SLL2, "8100 0000 00000003 0001 00 06 0200000000010000 0005 86dd" + IPV6),
                    IPV6);
        }

        @ParameterizedTest
        @CsvSource({"0806, ARP", "0004, LLC", "8864, NO_IP_HEADER", "88cc, OTHER_PROTOCOL"})
        void mayCarryOtherThings(String protocol, SkipReason reason) {
            assertSkipped(strip(LinkType.LINUX_SLL, "0000" + ADDRESS + protocol + "424203"), reason);
        }

        @ParameterizedTest
        @CsvSource({"LINUX_SLL, 16", "LINUX_SLL2, 20"})
        void mayEndBeforeTheIpHeader(LinkType type, int headerBytes) {
            byte[] header = new byte[headerBytes];
            header[type == LinkType.LINUX_SLL ? 14 : 0] = 8;
            for (int length = 0; length <= headerBytes; length++) {
                assertSkipped(
                        LinkLayer.strip(packet(type.number(), Arrays.copyOf(header, length), 100)),
                        SkipReason.NO_IP_HEADER);
            }
        }
    }

    @Nested
    class Ppp {
        @ParameterizedTest
        @CsvSource({"PPP, ''", "PPP, ff03", "PPP_HDLC, ff03", "PPP_ETHER, 110000010020"})
        void carriesIpWithAndWithoutFraming(LinkType type, String before) {
            assertGives(strip(type, before + "0021" + IPV4), IPV4);
            assertGives(strip(type, before + "0057" + IPV6), IPV6);
            assertGives(strip(type, before + "57" + IPV6), IPV6);
        }

        @ParameterizedTest
        @ValueSource(strings = {"c021 0101", "ff03 8021", "002d 45", "ff03 fd"})
        void mayCarryOtherThings(String digits) {
            assertSkipped(strip(LinkType.PPP, digits), SkipReason.PPP_CONTROL);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "00", "0021", "21", "ff03", "ff03 00", "ff03 0021"})
        void mayEndBeforeTheIpHeader(String digits) {
            assertSkipped(strip(LinkType.PPP, digits), SkipReason.NO_IP_HEADER);
        }
    }

    @Nested
    class Raw {
        @ParameterizedTest
        @EnumSource(names = {"RAW", "RAW_12", "RAW_14", "IPV4", "IPV6"})
        void isThePacket(LinkType type) {
            assertGives(strip(type, IPV4), IPV4);
            assertGives(strip(type, IPV6), IPV6);
            assertSkipped(strip(type, ""), SkipReason.NO_IP_HEADER);
        }

        @ParameterizedTest
        @CsvSource({
            "0, NULL",
            "1, ETHERNET",
            "9, PPP",
            "12, RAW_12",
            "14, RAW_14",
            "50, PPP_HDLC",
            "51, PPP_ETHER",
            "101, RAW",
            "108, LOOP",
            "113, LINUX_SLL",
            "228, IPV4",
            "229, IPV6",
            "276, LINUX_SLL2"
        })
        void numbersAreThoseOfTheRegistry(int number, LinkType type) {
            assertThat(type.number()).isEqualTo(number);
            assertThat(LinkType.of(number)).isEqualTo(type);
        }

        @Test
        void otherNumbersAreNotKnown() {
            assertThat(LinkType.of(127)).isNull();
            assertSkipped(LinkLayer.strip(packet(127, hex(IPV4), 24)), SkipReason.UNKNOWN_LINK_TYPE);
        }
    }

    @Nested
    class TheEndOfThePacket {
        @Test
        void isNotTheEndOfAPaddedFrame() {
            assertThat(strip(LinkType.ETHERNET, ADDRESSES + "0800" + IPV4 + "00".repeat(22)))
                    .isInstanceOfSatisfying(IpPacket.class, ip -> {
                        assertThat(ip.bytes()).isEqualTo(hex(IPV4));
                        assertThat(ip.paddingBytes()).isEqualTo(22);
                        assertThat(ip.isWhole()).isTrue();
                    });
            assertThat(strip(LinkType.ETHERNET, ADDRESSES + "86dd" + IPV6 + "0000"))
                    .isInstanceOfSatisfying(IpPacket.class, ip -> {
                        assertThat(ip.bytes()).isEqualTo(hex(IPV6));
                        assertThat(ip.paddingBytes()).isEqualTo(2);
                    });
        }

        @Test
        void wasCutOffBySnapLength() {
            byte[] frame = hex(ADDRESSES + "0800" + IPV4);
            assertThat(LinkLayer.strip(packet(1, Arrays.copyOf(frame, 14 + 21), frame.length)))
                    .isInstanceOfSatisfying(IpPacket.class, ip -> {
                        assertThat(ip.bytes()).isEqualTo(Arrays.copyOf(hex(IPV4), 21));
                        assertThat(ip.cutBytes()).isEqualTo(3);
                        assertThat(ip.isWhole()).isFalse();
                        assertThat(ip.paddingBytes()).isZero();
                    });
        }

        @Test
        void mayBeThereThoughPaddingWasCutOff() {
            assertThat(LinkLayer.strip(packet(1, hex(ADDRESSES + "0800" + IPV4 + "0000"), 60)))
                    .isInstanceOfSatisfying(IpPacket.class, ip -> {
                        assertThat(ip.isWhole()).isTrue();
                        assertThat(ip.paddingBytes()).isEqualTo(2);
                    });
        }

        @Test
        void isThatOfTheFrameWhereTheHeaderClaimsMore() {
            String lying = IPV4.replaceFirst("0018", "0100");
            assertGives(strip(LinkType.RAW, lying), lying);
            String lyingToo = IPV6.replaceFirst("0004 3b", "0100 3b");
            assertGives(strip(LinkType.RAW, lyingToo), lyingToo);
        }

        @ParameterizedTest
        @ValueSource(strings = {"0000", "0013"})
        void isThatOfTheFrameWhereTheHeaderClaimsLessThanItself(String total) {
            String lying = IPV4.replaceFirst("0018", total);
            assertGives(strip(LinkType.RAW, lying), lying);
        }

        @Test
        void isThatOfTheFrameInAJumbogram() {
            String jumbogram = IPV6.replaceFirst("0004 3b", "0000 00");
            assertGives(strip(LinkType.RAW, jumbogram), jumbogram);
        }

        @Test
        void comesAtOnceBehindAHeaderWithNothingBehindIt() {
            assertThat(strip(LinkType.RAW, IPV6.replaceFirst("0004 3b", "0000 3b")))
                    .isInstanceOfSatisfying(IpPacket.class, ip -> {
                        assertThat(ip.bytes()).hasSize(40);
                        assertThat(ip.paddingBytes()).isEqualTo(4);
                    });
        }

        @Test
        void isThatOfTheFrameWhereThePacketIsNoIp() {
            assertGives(strip(LinkType.ETHERNET, ADDRESSES + "0800 1500 0004 0000"), "1500 0004 0000");
            assertGives(strip(LinkType.ETHERNET, ADDRESSES + "0800 45"), "45");
            assertGives(strip(LinkType.ETHERNET, ADDRESSES + "86dd 6000 0000 0004"), "6000 0000 0004");
        }
    }
}
