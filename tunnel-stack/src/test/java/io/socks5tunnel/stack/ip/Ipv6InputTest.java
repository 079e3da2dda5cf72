// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import static io.socks5tunnel.stack.fixture.PacketBytes.ipv6;
import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.stack.fixture.Inbound;
import io.socks5tunnel.stack.fixture.PacketBytes;
import io.socks5tunnel.stack.fixture.TcpCheck;
import io.socks5tunnel.stack.wire.SegmentView;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv6InputTest {
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;
    private static final String EIGHT_BYTES_OF_PADDING = "00 0104 00000000";

    private final Inbound inbound = new Inbound().headroom(16).surroundings(0xee);
    private final TcpCheck input = new TcpCheck();
    private final SegmentView view = new SegmentView();

    @Nested
    @Tag("T-IP-1")
    class WithoutExtensionHeaders {
        @Test
        void aGoodSegmentIsTakenApart() {
            byte[] packet = ipv6().hopLimit(63)
                    .trafficClass(0xb9)
                    .payload("hello")
                    .padding(3)
                    .bytes();

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
    class WithExtensionHeaders {
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
            assertThat(check(ipv6().extension(header, "00 " + type + "04 00000000")
                            .bytes()))
                    .isNull();
        }

        @ParameterizedTest
        @CsvSource({"0, 40", "0, 80", "0, c2", "60, 41", "60, 8a", "60, c9", "60, ff"})
        void unknownOptionsThatSaySoDropThePacket(int header, String type) {
            assertThat(check(ipv6().extension(header, "00 " + type + "04 00000000")
                            .bytes()))
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
            assertThat(check(ipv6().extension(HOP_BY_HOP, "00 000000000000").bytes()))
                    .isNull();
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 2, 3, 4, 255})
        void aRouteThatIsUsedUpIsPassedOver(int type) {
            assertThat(check(ipv6().extension(ROUTING, "00 %02x 00 00000000".formatted(type))
                            .bytes()))
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
            check(ipv6().extension(FRAGMENT, fragment).bytes());
            assertThat(input.isFragment()).isTrue();
        }

        @Test
        void whatLiesInAPieceIsNotRead() {
            byte[] packet = ipv6().extension(FRAGMENT, "00 0008 12345678")
                    .extension(DESTINATION_OPTIONS, "ff ffffffffffff")
                    .bytes();
            check(packet);
            assertThat(input.isFragment()).isTrue();
        }

        @Test
        @Tag("T-RA-6")
        void anAtomicFragmentIsAWhole() {
            assertThat(check(ipv6().extension(FRAGMENT, "00 0006 12345678")
                            .payload("hi")
                            .bytes()))
                    .isNull();
            assertPayload("hi");
        }
    }

    @Nested
    @Tag("T-IP-3")
    class WithLongHeaderChains {
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
            assertThat(check(ipv6().extension(DESTINATION_OPTIONS, "05 0104 00000000")
                            .bytes()))
                    .isEqualTo(DropReason.IP_HEADER_MALFORMED);
        }

        @Test
        void aChainThatEndsInTheMiddleIsMalformed() {
            byte[] packet = ipv6().extension(DESTINATION_OPTIONS, EIGHT_BYTES_OF_PADDING)
                    .bytes();
            packet[5] = 7;
            assertThat(check(packet)).isEqualTo(DropReason.IP_HEADER_MALFORMED);
            packet[5] = 0;
            assertThat(check(packet)).isEqualTo(DropReason.IP_HEADER_MALFORMED);
        }
    }

    private DropReason check(byte[] packet) {
        return input.check(inbound.packet(packet), view);
    }

    private void assertPayload(String expected) {
        byte[] payload = new byte[view.payloadLength()];
        view.bytes().get(view.payloadOffset(), payload);
        assertThat(new String(payload, java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo(expected);
    }
}
