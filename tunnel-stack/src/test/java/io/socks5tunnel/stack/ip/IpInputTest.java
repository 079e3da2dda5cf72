// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import static io.socks5tunnel.stack.fixture.PacketBytes.ipv4;
import static io.socks5tunnel.stack.fixture.PacketBytes.ipv6;
import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.fixture.Inbound;
import io.socks5tunnel.stack.fixture.PacketBytes;
import io.socks5tunnel.stack.wire.SegmentView;
import io.socks5tunnel.stack.wire.TcpHeader;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpInputTest {
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;
    private static final String EIGHT_BYTES_OF_PADDING = "00 0104 00000000";

    private final Inbound inbound = new Inbound().headroom(16).surroundings(0xee);
    private final IpInput input = new IpInput();
    private final SegmentView view = new SegmentView();

    @Nested
    class OfAnyVersion {
        @Test
        void anEmptyPacketHasNoHeader() {
            assertThat(check(new byte[0])).isEqualTo(DropReason.IP_HEADER_MALFORMED);
        }

        @ParameterizedTest
        @ValueSource(ints = {0x00, 0x35, 0x55, 0x70, 0xf5})
        void onlyFourAndSixAreKnown(int firstByte) {
            byte[] packet = ipv4().bytes();
            packet[0] = (byte) firstByte;
            assertThat(check(packet)).isEqualTo(DropReason.IP_VERSION_UNKNOWN);
        }
    }

    @Nested
    @Tag("T-IP-1")
    class OfIpv4 {
        @Test
        void aGoodSegmentIsTakenApart() {
            byte[] packet = ipv4().hopLimit(63)
                    .trafficClass(0xb9)
                    .ports(40_000, 443)
                    .seq(-5)
                    .ack(77)
                    .flags(TcpHeader.ACK | TcpHeader.PSH)
                    .options("0101 080a 00000001 00000002")
                    .payload("hello")
                    .bytes();
            InboundPacket inboundPacket = inbound.packet(packet);

            assertThat(input.check(inboundPacket, view)).isNull();
            assertThat(view.packet()).isSameAs(inboundPacket);
            assertThat(view.isIpv4()).isTrue();
            assertThat(view.clientHigh()).isZero();
            assertThat(view.clientLow()).isEqualTo(FlowKey.mappedIpv4(0x0a00_0002));
            assertThat(view.destinationHigh()).isZero();
            assertThat(view.destinationLow()).isEqualTo(FlowKey.mappedIpv4(0xc000_0207));
            assertThat(view.hopLimit()).isEqualTo(63);
            assertThat(view.trafficClass()).isEqualTo(0xb9);
            assertThat(view.ipOffset()).isEqualTo(16);
            assertThat(view.tcpOffset()).isEqualTo(36);
            assertThat(view.payloadOffset()).isEqualTo(68);
            assertThat(view.tsVal()).isEqualTo(1);
            assertPayload("hello");
        }

        @Test
        void paddingIsNoPayload() {
            assertThat(check(ipv4().payload("hi").padding(6).bytes())).isNull();
            assertPayload("hi");
        }

        @Test
        void nineteenBytesAreNoHeader() {
            assertThat(check(Arrays.copyOf(ipv4().bytes(), 19))).isEqualTo(DropReason.IP_HEADER_MALFORMED);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 4})
        void aHeaderShorterThanFiveWordsIsRefused(int words) {
            assertThat(check(ipv4().declaredHeaderWords(words).bytes())).isEqualTo(DropReason.IP_HEADER_MALFORMED);
        }

        @Test
        void aHeaderLongerThanThePacketIsRefused() {
            assertThat(check(Arrays.copyOf(ipv4().declaredHeaderWords(15).bytes(), 59)))
                    .isEqualTo(DropReason.IP_HEADER_MALFORMED);
        }

        @Test
        void moreThanWasReadIsTruncated() {
            byte[] packet = ipv4().payload("hello").bytes();
            assertThat(check(Arrays.copyOf(packet, packet.length - 1))).isEqualTo(DropReason.IP_TRUNCATED);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 19})
        void aTotalShorterThanTheHeaderIsRefused(int length) {
            assertThat(check(ipv4().declaredLength(length).bytes())).isEqualTo(DropReason.IP_HEADER_MALFORMED);
        }

        @Test
        void everyBitOfTheHeaderIsCoveredByItsChecksum() {
            byte[] packet = ipv4().bytes();
            // The first byte is left out: it says where the header ends, or that this is no IPv4.
            for (int bit = 8; bit < 160; bit++) {
                byte[] flipped = packet.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                assertThat(check(flipped)).isEqualTo(DropReason.IP_CHECKSUM);
            }
        }

        @Test
        void theHeaderChecksumCountsWhateverTheDeviceSaysOfTheTransportOne() {
            byte[] packet = ipv4().bytes();
            packet[8]++;
            assertThat(input.check(inbound.packet(packet, ChecksumState.VALID), view))
                    .isEqualTo(DropReason.IP_CHECKSUM);
        }

        @ParameterizedTest
        @Tag("T-HD-9")
        @ValueSource(strings = {"0.0.0.0", "0.1.2.3", "127.0.0.1", "224.0.0.1", "239.255.255.250", "255.255.255.255"})
        void addressesOfNoSingleHostAreRefused(String address) {
            assertThat(check(ipv4().source(address).bytes())).isEqualTo(DropReason.IP_SOURCE_INVALID);
            assertThat(check(ipv4().destination(address).bytes())).isEqualTo(DropReason.IP_DESTINATION_INVALID);
        }

        @ParameterizedTest
        @ValueSource(strings = {"1.0.0.1", "126.255.255.255", "128.0.0.1", "169.254.1.1", "223.255.255.255", "240.0.0.1"})
        void theirNeighboursAreNot(String address) {
            assertThat(check(ipv4().source(address).bytes())).isNull();
            assertThat(check(ipv4().destination(address).bytes())).isNull();
        }

        @Test
        @Tag("T-HD-10")
        void aPacketToItsOwnSenderIsRefused() {
            assertThat(check(ipv4().source("192.0.2.7").ports(443, 443).bytes()))
                    .isEqualTo(DropReason.IP_SOURCE_INVALID);
        }

        @ParameterizedTest
        @ValueSource(ints = {0x2000, 0x0001, 0x1fff, 0x3fff, 0x6000})
        void aPieceIsNotTakenForAWhole(int field) {
            assertThat(check(ipv4().fragmentField(field).bytes())).isEqualTo(DropReason.IP_FRAGMENT);
        }

        @ParameterizedTest
        @ValueSource(ints = {0x0000, 0x4000, 0x8000})
        void aWholeMayOrMayNotAllowFragments(int field) {
            assertThat(check(ipv4().fragmentField(field).bytes())).isNull();
        }
    }

    @Nested
    @Tag("T-IP-2")
    class OfIpv4Options {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "01010101",
                    "00ffffff",
                    "94040000",
                    "0704 0400",
                    "4404 0500",
                    "8203 01 00",
                    "0101 8802 01010100",
                    "07270400 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000"
                })
        void arePassedOver(String options) {
            assertThat(check(ipv4().ipOptions(options).payload("hi").bytes())).isNull();
            assertPayload("hi");
        }

        @ParameterizedTest
        @ValueSource(strings = {"8307 04 c0000201 00", "8907 04 c0000201 00", "01 8303 04", "0101 01 83"})
        void sourceRoutesAreRefused(String options) {
            assertThat(check(ipv4().ipOptions(options).bytes())).isEqualTo(DropReason.IP_ROUTING_REFUSED);
        }

        @ParameterizedTest
        @ValueSource(strings = {"0700 0000", "0701 0000", "0705 0400", "01010107", "07ff 0400"})
        void lengthsThatCannotBeAreRefused(String options) {
            assertThat(check(ipv4().ipOptions(options).bytes())).isEqualTo(DropReason.IP_HEADER_MALFORMED);
        }
    }

    @Nested
    @Tag("T-IP-1")
    class OfIpv6 {
        @Test
        void aGoodSegmentIsTakenApart() {
            byte[] packet = ipv6().hopLimit(63).trafficClass(0xb9).payload("hello").padding(3).bytes();

            assertThat(check(packet)).isNull();
            assertThat(view.isIpv4()).isFalse();
            assertThat(view.clientHigh()).isEqualTo(0xfd00_0000_0000_0000L);
            assertThat(view.clientLow()).isEqualTo(2);
            assertThat(view.destinationHigh()).isEqualTo(0x2001_0db8_0000_0000L);
            assertThat(view.destinationLow()).isEqualTo(7);
            assertThat(view.hopLimit()).isEqualTo(63);
            assertThat(view.trafficClass()).isEqualTo(0xb9);
            assertThat(view.tcpOffset()).isEqualTo(56);
            assertPayload("hello");
        }

        @Test
        void thirtyNineBytesAreNoHeader() {
            assertThat(check(Arrays.copyOf(ipv6().bytes(), 39))).isEqualTo(DropReason.IP_HEADER_MALFORMED);
        }

        @Test
        void moreThanWasReadIsTruncated() {
            byte[] packet = ipv6().payload("hello").bytes();
            assertThat(check(Arrays.copyOf(packet, packet.length - 1))).isEqualTo(DropReason.IP_TRUNCATED);
        }

        @Test
        void aPayloadOfNothingIsNoSegment() {
            assertThat(check(ipv6().declaredLength(0).bytes())).isEqualTo(DropReason.TCP_HEADER_MALFORMED);
        }

        @ParameterizedTest
        @Tag("T-HD-9")
        @ValueSource(strings = {"::", "::1", "ff02::1", "ff05::2", "ffff::1"})
        void addressesOfNoSingleHostAreRefused(String address) {
            assertThat(check(ipv6().source(address).bytes())).isEqualTo(DropReason.IP_SOURCE_INVALID);
            assertThat(check(ipv6().destination(address).bytes())).isEqualTo(DropReason.IP_DESTINATION_INVALID);
        }

        @Test
        @Tag("T-HD-9")
        void mappedAddressesAreRefused() {
            String mapped = "00000000 00000000 0000ffff c0000207";
            assertThat(check(ipv6().rawSource(mapped).bytes())).isEqualTo(DropReason.IP_SOURCE_INVALID);
            assertThat(check(ipv6().rawDestination(mapped).bytes())).isEqualTo(DropReason.IP_DESTINATION_INVALID);
        }

        @ParameterizedTest
        @ValueSource(strings = {"::2", "64:ff9b::c000:207", "fe80::1", "fd00::1", "2001:db8::1", "::ffff:0:c000:207"})
        void theirNeighboursAreNot(String address) {
            assertThat(check(ipv6().source(address).bytes())).isNull();
            assertThat(check(ipv6().destination(address).bytes())).isNull();
        }

        @Test
        @Tag("T-HD-10")
        void aPacketToItsOwnSenderIsRefused() {
            assertThat(check(ipv6().source("2001:db8::7").bytes())).isEqualTo(DropReason.IP_SOURCE_INVALID);
        }
    }

    @Nested
    @Tag("T-IP-2")
    class OfIpv6ExtensionHeaders {
        @Test
        void allThatMayBePassedOverAre() {
            byte[] packet = ipv6().extension(HOP_BY_HOP, "00 0502 0000 0000")
                    .extension(DESTINATION_OPTIONS, "01 010c 000000000000000000000000")
                    .extension(ROUTING, "00 0200 00000000")
                    .extension(FRAGMENT, "00 0000 12345678")
                    .extension(DESTINATION_OPTIONS, "00 1e04 00000000")
                    .payload("hi")
                    .bytes();
            assertThat(check(packet)).isNull();
            assertThat(view.tcpOffset()).isEqualTo(16 + 40 + 8 + 16 + 8 + 8 + 8);
            assertPayload("hi");
        }

        @ParameterizedTest
        @CsvSource({"0, 1e", "0, 3e", "60, 05"})
        void unknownOptionsThatSaySoAreSkipped(int header, String type) {
            assertThat(check(ipv6().extension(header, "00 " + type + "04 00000000").bytes())).isNull();
        }

        @ParameterizedTest
        @CsvSource({"0, 40", "0, 80", "0, c2", "60, 41", "60, 8a", "60, c9", "60, ff"})
        void unknownOptionsThatSaySoDropThePacket(int header, String type) {
            assertThat(check(ipv6().extension(header, "00 " + type + "04 00000000").bytes()))
                    .isEqualTo(DropReason.IP_EXTENSION_REFUSED);
        }

        @ParameterizedTest
        @ValueSource(strings = {"00 0105 00000000", "00 01ff 00000000", "00 0102 0000 00 1e", "00 1e05 00000000"})
        void optionsPastTheirHeaderAreMalformed(String header) {
            assertThat(check(ipv6().extension(DESTINATION_OPTIONS, header).bytes()))
                    .isEqualTo(DropReason.IP_HEADER_MALFORMED);
        }

        @Test
        void singleBytesOfPaddingAreOptions() {
            assertThat(check(ipv6().extension(HOP_BY_HOP, "00 000000000000").bytes())).isNull();
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 2, 3, 4, 255})
        void aRouteThatIsUsedUpIsPassedOver(int type) {
            assertThat(check(ipv6().extension(ROUTING, "00 %02x 00 00000000".formatted(type)).bytes()))
                    .isNull();
        }

        @ParameterizedTest
        @CsvSource({"0, 1", "0, 255", "2, 1", "4, 1", "255, 128"})
        void aRouteThatIsNotIsRefused(int type, int left) {
            assertThat(check(ipv6().extension(ROUTING, "00 %02x %02x 00000000".formatted(type, left))
                            .bytes()))
                    .isEqualTo(DropReason.IP_ROUTING_REFUSED);
        }

        @Test
        void hopByHopOptionsMustComeFirst() {
            byte[] packet = ipv6().extension(DESTINATION_OPTIONS, EIGHT_BYTES_OF_PADDING)
                    .extension(HOP_BY_HOP, EIGHT_BYTES_OF_PADDING)
                    .bytes();
            assertThat(check(packet)).isEqualTo(DropReason.IP_EXTENSION_REFUSED);
        }

        @ParameterizedTest
        @ValueSource(strings = {"00 0001 12345678", "00 0008 12345678", "00 fff9 12345678"})
        void aPieceIsNotTakenForAWhole(String fragment) {
            assertThat(check(ipv6().extension(FRAGMENT, fragment).bytes())).isEqualTo(DropReason.IP_FRAGMENT);
        }

        @Test
        void whatLiesInAPieceIsNotRead() {
            byte[] packet = ipv6().extension(FRAGMENT, "00 0008 12345678")
                    .extension(DESTINATION_OPTIONS, "ff ffffffffffff")
                    .bytes();
            assertThat(check(packet)).isEqualTo(DropReason.IP_FRAGMENT);
        }

        @Test
        @Tag("T-RA-6")
        void anAtomicFragmentIsAWhole() {
            assertThat(check(ipv6().extension(FRAGMENT, "00 0006 12345678").payload("hi").bytes()))
                    .isNull();
            assertPayload("hi");
        }
    }

    @Nested
    @Tag("T-IP-3")
    class OfLongHeaderChains {
        @Test
        void eightHeadersPassAndNineDoNot() {
            PacketBytes packet = ipv6();
            for (int i = 0; i < Ipv6Input.MAX_EXTENSION_HEADERS; i++) {
                packet.extension(DESTINATION_OPTIONS, EIGHT_BYTES_OF_PADDING);
            }
            assertThat(check(packet.bytes())).isNull();
            packet.extension(DESTINATION_OPTIONS, EIGHT_BYTES_OF_PADDING);
            assertThat(check(packet.bytes())).isEqualTo(DropReason.IP_EXTENSION_REFUSED);
        }

        @Test
        void aKilobyteOfHeadersPassesAndMoreDoesNot() {
            String zeros = "00".repeat(Ipv6Input.MAX_EXTENSION_BYTES - 2);
            PacketBytes packet = ipv6().extension(DESTINATION_OPTIONS, "7f" + zeros);
            assertThat(check(packet.bytes())).isNull();
            packet.extension(DESTINATION_OPTIONS, EIGHT_BYTES_OF_PADDING);
            assertThat(check(packet.bytes())).isEqualTo(DropReason.IP_EXTENSION_REFUSED);
        }

        @Test
        void aHeaderPastThePacketIsMalformed() {
            assertThat(check(ipv6().extension(DESTINATION_OPTIONS, "05 0104 00000000").bytes()))
                    .isEqualTo(DropReason.IP_HEADER_MALFORMED);
        }

        @Test
        void aChainThatEndsInTheMiddleIsMalformed() {
            byte[] packet = ipv6().extension(DESTINATION_OPTIONS, EIGHT_BYTES_OF_PADDING).bytes();
            packet[5] = 7;
            assertThat(check(packet)).isEqualTo(DropReason.IP_HEADER_MALFORMED);
            packet[5] = 0;
            assertThat(check(packet)).isEqualTo(DropReason.IP_HEADER_MALFORMED);
        }
    }

    @Nested
    class OfOtherProtocols {
        @ParameterizedTest
        @CsvSource({
            "17, UDP_NOT_RELAYED", "1, ICMP_IGNORED", "58, PROTOCOL_UNKNOWN", "0, PROTOCOL_UNKNOWN",
            "44, PROTOCOL_UNKNOWN", "132, PROTOCOL_UNKNOWN", "255, PROTOCOL_UNKNOWN"
        })
        void overIpv4EachHasItsReason(int protocol, DropReason reason) {
            assertThat(check(ipv4().protocol(protocol).bytes())).isEqualTo(reason);
        }

        @ParameterizedTest
        @CsvSource({
            "17, UDP_NOT_RELAYED", "58, ICMP_IGNORED", "1, PROTOCOL_UNKNOWN", "59, PROTOCOL_UNKNOWN",
            "50, PROTOCOL_UNKNOWN", "51, PROTOCOL_UNKNOWN", "132, PROTOCOL_UNKNOWN"
        })
        void overIpv6EachHasItsReason(int protocol, DropReason reason) {
            assertThat(check(ipv6().protocol(protocol).bytes())).isEqualTo(reason);
        }
    }

    @Nested
    class OfTcp {
        @Test
        @Tag("T-HD-1")
        void everyBitOfTheSegmentIsCoveredByItsChecksum() {
            for (byte[] packet : new byte[][] {ipv4().payload("odd").bytes(), ipv6().payload("odd").bytes()}) {
                int headerLength = packet[0] >>> 4 == 4 ? 20 : 40;
                for (int bit = 8 * headerLength; bit < 8 * packet.length; bit++) {
                    byte[] flipped = packet.clone();
                    flipped[bit / 8] ^= (byte) (1 << bit % 8);
                    assertThat(check(flipped)).isEqualTo(DropReason.TCP_CHECKSUM);
                }
            }
        }

        @Test
        @Tag("T-HD-1")
        void theAddressesOfIpv6AreCoveredToo() {
            byte[] packet = ipv6().bytes();
            packet[15] ^= 1;
            assertThat(check(packet)).isEqualTo(DropReason.TCP_CHECKSUM);
        }

        @ParameterizedTest
        @Tag("T-HD-1")
        @ValueSource(ints = {0, 1, 2, 535, 536, 65_495})
        void payloadsOfZerosAndOnesOfAnyLengthPass(int length) {
            byte[] payload = new byte[length];
            assertThat(check(ipv4().payload(payload).bytes())).isNull();
            Arrays.fill(payload, (byte) 0xff);
            assertThat(check(ipv4().payload(payload).bytes())).isNull();
            assertThat(check(ipv6().payload(payload).bytes())).isNull();
            assertThat(view.payloadLength()).isEqualTo(length);
        }

        @ParameterizedTest
        @EnumSource(ChecksumState.class)
        void onlyAnUnverifiedChecksumIsVerified(ChecksumState state) {
            byte[] packet = ipv4().payload("hello").bytes();
            packet[packet.length - 1]++;
            assertThat(input.check(inbound.packet(packet, state), view))
                    .isEqualTo(state == ChecksumState.UNVERIFIED ? DropReason.TCP_CHECKSUM : null);
        }

        @Test
        @Tag("T-HD-2")
        void nineteenBytesAreNoHeader() {
            assertThat(check(ipv4().declaredLength(39).padding(0).bytes())).isEqualTo(DropReason.TCP_HEADER_MALFORMED);
            assertThat(check(ipv6().declaredLength(19).bytes())).isEqualTo(DropReason.TCP_HEADER_MALFORMED);
        }

        @ParameterizedTest
        @Tag("T-HD-2")
        @ValueSource(ints = {0, 4, 7, 15})
        void impossibleDataOffsetsAreRefused(int words) {
            byte[] packet = ipv4().declaredDataOffset(words).payload("hello").bytes();
            assertThat(check(packet)).isEqualTo(DropReason.TCP_HEADER_MALFORMED);
        }

        @ParameterizedTest
        @Tag("T-HD-8")
        @ValueSource(ints = {0x002, 0x0c2, 0x1c2, 0xe02})
        void aSynMayCarryBitsThatWeDoNotKnow(int flags) {
            assertThat(check(ipv4().flags(flags).bytes())).isNull();
            assertThat(view.isSyn()).isTrue();
            assertThat(view.isAck()).isFalse();
        }
    }

    @Nested
    class OfSuperSegments {
        @Test
        void theWholeIsOneSegment() {
            byte[] payload = new byte[65_535 - 40];
            Arrays.fill(payload, (byte) 7);
            byte[] packet = ipv4().payload(payload).bytes();
            packet[36] ^= 0x55;

            assertThat(input.check(inbound.packet(packet, ChecksumState.PARTIAL, GsoType.TCP_V4, 1_448), view))
                    .isNull();
            assertThat(view.payloadLength()).isEqualTo(payload.length);
        }

        @Test
        void overIpv6TheLengthDoesNotCountTheHeader() {
            byte[] payload = new byte[65_535 - 20];
            byte[] packet = ipv6().payload(payload).bytes();

            assertThat(packet).hasSize(65_575);
            assertThat(input.check(inbound.packet(packet, ChecksumState.VALID, GsoType.TCP_V6, 1_428), view))
                    .isNull();
            assertThat(view.payloadLength()).isEqualTo(payload.length);
        }
    }

    private DropReason check(byte[] packet) {
        return input.check(inbound.packet(packet), view);
    }

    private void assertPayload(String expected) {
        byte[] payload = new byte[view.payloadLength()];
        view.bytes().get(view.payloadOffset(), payload);
        assertThat(new String(payload, java.nio.charset.StandardCharsets.US_ASCII)).isEqualTo(expected);
    }
}
