// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import static io.socks5tunnel.stack.fixture.PacketBytes.hex;
import static io.socks5tunnel.stack.fixture.PacketBytes.naiveSum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.stack.Refusal;
import io.socks5tunnel.stack.fixture.Inbound;
import io.socks5tunnel.stack.fixture.PacketBytes;
import io.socks5tunnel.stack.fixture.TcpCheck;
import io.socks5tunnel.stack.wire.SegmentView;
import io.socks5tunnel.stack.wire.TcpHeader;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class IcmpErrorsTest {
    private static final String SYN_OPTIONS = "020405b4 0402080a 01020304 00000000 01030307";

    private final OutboundPacket packet = new OutboundPacket(new Slab());

    @Nested
    class OverIpv4 {
        private final byte[] syn =
                PacketBytes.ipv4().flags(TcpHeader.SYN).options(SYN_OPTIONS).bytes();

        @ParameterizedTest
        @CsvSource({
            "NETWORK_UNREACHABLE, 0300", "HOST_UNREACHABLE, 0301",
            "ADMINISTRATIVELY_PROHIBITED, 030d", "TIME_EXCEEDED, 0b00"
        })
        void eachRefusalHasItsTypeAndCode(Refusal refusal, String typeAndCode) {
            assertThat(IcmpErrors.isToldByIcmp(refusal)).isTrue();
            IcmpErrors.refuse(refusal, quote(syn), 1500, packet);
            assertThat(Arrays.copyOfRange(bytes(), 20, 22)).isEqualTo(hex(typeAndCode));
            assertThat(Arrays.copyOfRange(bytes(), 24, 28)).isEqualTo(new byte[4]);
        }

        @Test
        void itComesFromTheDestinationAndGoesToTheClient() {
            IcmpErrors.refuse(Refusal.HOST_UNREACHABLE, quote(syn), 1500, packet);
            assertThat(Arrays.copyOf(bytes(), 10)).isEqualTo(hex("4500 0058 0000 4000 4001"));
            assertThat(Arrays.copyOfRange(bytes(), 12, 20)).isEqualTo(hex("c0000207 0a000002"));
        }

        @Test
        void itFitsALinkOfFewBytes() {
            IcmpErrors.refuse(Refusal.HOST_UNREACHABLE, quote(syn), 68, packet);
            assertThat(bytes()).hasSize(68);
            assertThat(Arrays.copyOfRange(bytes(), 28, 68)).isEqualTo(Arrays.copyOf(syn, 40));
        }

        @Test
        @Tag("T-IC-3")
        void itQuotesTheClientsOwnHeaders() {
            IcmpErrors.refuse(Refusal.HOST_UNREACHABLE, quote(syn), 1500, packet);
            assertThat(Arrays.copyOfRange(bytes(), 28, packet.totalBytes())).isEqualTo(syn);
        }

        @Test
        void bothChecksumsAreRight() {
            IcmpErrors.refuse(Refusal.NETWORK_UNREACHABLE, quote(syn), 1500, packet);
            assertThat(naiveSum(Arrays.copyOf(bytes(), 20))).isEqualTo(0xffff);
            assertThat(naiveSum(Arrays.copyOfRange(bytes(), 20, packet.totalBytes())))
                    .isEqualTo(0xffff);
        }

        @Test
        @Tag("T-IC-3")
        void theLongestHeadersFitIntoTheLimit() {
            byte[] longest = PacketBytes.ipv4()
                    .ipOptions("01".repeat(40))
                    .flags(TcpHeader.SYN)
                    .options("01".repeat(40))
                    .bytes();
            IcmpErrors.refuse(Refusal.HOST_UNREACHABLE, quote(longest), 1500, packet);
            assertThat(packet.totalBytes()).isEqualTo(28 + 120).isLessThanOrEqualTo(576);
        }

        @Test
        void payloadOfTheSynIsNotKept() {
            byte[] withData = PacketBytes.ipv4()
                    .flags(TcpHeader.SYN)
                    .payload("early data")
                    .bytes();
            assertThat(quote(withData)).isEqualTo(Arrays.copyOf(withData, 40));
        }
    }

    @Nested
    class OverIpv6 {
        private final byte[] syn =
                PacketBytes.ipv6().flags(TcpHeader.SYN).options(SYN_OPTIONS).bytes();

        @ParameterizedTest
        @CsvSource({
            "NETWORK_UNREACHABLE, 0100", "HOST_UNREACHABLE, 0103",
            "ADMINISTRATIVELY_PROHIBITED, 0101", "TIME_EXCEEDED, 0300"
        })
        void eachRefusalHasItsTypeAndCode(Refusal refusal, String typeAndCode) {
            IcmpErrors.refuse(refusal, quote(syn), 1500, packet);
            assertThat(Arrays.copyOfRange(bytes(), 40, 42)).isEqualTo(hex(typeAndCode));
            assertThat(Arrays.copyOfRange(bytes(), 44, 48)).isEqualTo(new byte[4]);
        }

        @Test
        void itComesFromTheDestinationAndGoesToTheClient() {
            IcmpErrors.refuse(Refusal.HOST_UNREACHABLE, quote(syn), 1500, packet);
            assertThat(Arrays.copyOf(bytes(), 40))
                    .isEqualTo(hex("60000000 0058 3a40 20010db8 00000000 00000000 00000007"
                            + "fd000000 00000000 00000000 00000002"));
        }

        @Test
        @Tag("T-IC-3")
        void itQuotesTheClientsOwnHeaders() {
            IcmpErrors.refuse(Refusal.HOST_UNREACHABLE, quote(syn), 1500, packet);
            assertThat(Arrays.copyOfRange(bytes(), 48, packet.totalBytes())).isEqualTo(syn);
        }

        @Test
        @Tag("T-IC-9")
        void theChecksumCoversThePseudoHeader() {
            IcmpErrors.refuse(Refusal.TIME_EXCEEDED, quote(syn), 1500, packet);
            assertThat(PacketBytes.isTransportChecksumRight(bytes())).isTrue();
        }

        @Test
        @Tag("T-IC-3")
        void theLongestHeadersFitIntoTheLimit() {
            byte[] longest = PacketBytes.ipv6()
                    .extension(60, "7f" + "00".repeat(Ipv6Input.MAX_EXTENSION_BYTES - 2))
                    .flags(TcpHeader.SYN)
                    .options("01".repeat(40))
                    .bytes();
            IcmpErrors.refuse(Refusal.HOST_UNREACHABLE, quote(longest), 1500, packet);
            assertThat(packet.totalBytes()).isEqualTo(48 + 1_124).isLessThanOrEqualTo(1_280);
            assertThat(PacketBytes.isTransportChecksumRight(bytes())).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESET", "SILENCE"})
    void whatIcmpDoesNotTellIsRefused(Refusal refusal) {
        assertThat(IcmpErrors.isToldByIcmp(refusal)).isFalse();
        byte[] quoted = quote(PacketBytes.ipv4().flags(TcpHeader.SYN).bytes());
        assertThatThrownBy(() -> IcmpErrors.refuse(refusal, quoted, 1500, packet))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(refusal.name());
    }

    private static byte[] quote(byte[] syn) {
        SegmentView view = new SegmentView();
        assertThat(new TcpCheck().check(new Inbound().headroom(24).packet(syn), view))
                .isNull();
        return IcmpErrors.quote(view);
    }

    private byte[] bytes() {
        byte[] bytes = new byte[packet.totalBytes()];
        packet.headerSlab().bytes().get(packet.headerOffset(), bytes);
        return bytes;
    }
}
