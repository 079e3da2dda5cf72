// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import static io.socks5tunnel.stack.fixture.PacketBytes.ipv4;
import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.fixture.Inbound;
import io.socks5tunnel.stack.fixture.TcpCheck;
import io.socks5tunnel.stack.wire.SegmentView;
import io.socks5tunnel.stack.wire.TcpHeader;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv4InputTest {
    private final Inbound inbound = new Inbound().headroom(16).surroundings(0xee);
    private final TcpCheck input = new TcpCheck();
    private final SegmentView view = new SegmentView();

    @Nested
    @Tag("T-IP-1")
    class WithoutOptions {
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
        @ValueSource(
                strings = {"1.0.0.1", "126.255.255.255", "128.0.0.1", "169.254.1.1", "223.255.255.255", "240.0.0.1"})
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
            check(ipv4().fragmentField(field).bytes());
            assertThat(input.isFragment()).isTrue();
        }

        @ParameterizedTest
        @ValueSource(ints = {0x0000, 0x4000, 0x8000})
        void aWholeMayOrMayNotAllowFragments(int field) {
            assertThat(check(ipv4().fragmentField(field).bytes())).isNull();
            assertThat(input.isFragment()).isFalse();
        }
    }

    @Nested
    @Tag("T-IP-2")
    class WithOptions {
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
