// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

import static io.socks5tunnel.stack.fixture.PacketBytes.hex;
import static io.socks5tunnel.stack.fixture.PacketBytes.naiveSum;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("T-IP-1")
class Ipv4HeaderTest {
    private static final int AT = 3;

    @Nested
    class TakenApart {
        private final ByteBuffer bytes =
                ByteBuffer.allocate(AT + 24).put(AT, hex("46b8 ffdc beef 6123 fe11 8899 0a000002 c0a80107 01010100"));

        @Test
        void everyFieldIsUnsignedAndInItsPlace() {
            assertThat(Ipv4Header.headerLength(bytes, AT)).isEqualTo(24);
            assertThat(Ipv4Header.typeOfService(bytes, AT)).isEqualTo(0xb8);
            assertThat(Ipv4Header.totalLength(bytes, AT)).isEqualTo(0xffdc);
            assertThat(Ipv4Header.identification(bytes, AT)).isEqualTo(0xbeef);
            assertThat(Ipv4Header.fragmentField(bytes, AT)).isEqualTo(0x6123);
            assertThat(Ipv4Header.timeToLive(bytes, AT)).isEqualTo(0xfe);
            assertThat(Ipv4Header.protocol(bytes, AT)).isEqualTo(17);
            assertThat(Ipv4Header.checksum(bytes, AT)).isEqualTo(0x8899);
            assertThat(Ipv4Header.source(bytes, AT)).isEqualTo(0x0a00_0002);
            assertThat(Ipv4Header.destination(bytes, AT)).isEqualTo(0xc0a8_0107);
        }

        @Test
        void impossibleHeaderLengthsAreGivenAsTheyStand() {
            bytes.put(AT, (byte) 0x40);
            assertThat(Ipv4Header.headerLength(bytes, AT)).isZero();
            bytes.put(AT, (byte) 0x4f);
            assertThat(Ipv4Header.headerLength(bytes, AT)).isEqualTo(60);
        }

        @Test
        void aPieceIsAFragmentAndDoNotFragmentIsNot() {
            assertThat(isFragment(0x0000)).isFalse();
            assertThat(isFragment(Ipv4Header.DO_NOT_FRAGMENT)).isFalse();
            assertThat(isFragment(Ipv4Header.MORE_FRAGMENTS)).isTrue();
            assertThat(isFragment(0x0001)).isTrue();
            assertThat(isFragment(0x1fff)).isTrue();
            assertThat(isFragment(0x8000)).isFalse();
        }

        private boolean isFragment(int field) {
            bytes.putShort(AT + 6, (short) field);
            return Ipv4Header.isFragment(bytes, AT);
        }
    }

    @Nested
    class PutTogether {
        private final ByteBuffer bytes = ByteBuffer.allocate(AT + 24).put(AT, hex("ff".repeat(24)));

        @Test
        void everyByteIsWritten() {
            Ipv4Header.write(bytes, AT, 0xfffe, 64, IpProtocol.TCP);
            Ipv4Header.addresses(bytes, AT, 0x0a00_0002, 0xc0a8_0107);

            assertThat(header()).isEqualTo(hex("4500 fffe 0000 4000 4006 0000 0a000002 c0a80107"));
            assertThat(bytes.getInt(AT + 20)).isEqualTo(-1);
        }

        @Test
        void fieldsCanBeChangedOneByOne() {
            Ipv4Header.write(bytes, AT, 20, 255, 255);
            Ipv4Header.addresses(bytes, AT, 0, 0);
            Ipv4Header.typeOfService(bytes, AT, 0xb9);
            Ipv4Header.totalLength(bytes, AT, 0x8001);
            Ipv4Header.fragment(bytes, AT, 0xfedc, 0x2abc);

            assertThat(header()).isEqualTo(hex("45b9 8001 fedc 2abc ffff 0000 00000000 00000000"));
        }

        @Test
        void checksumCoversTheHeaderWithItsOptions() {
            Ipv4Header.write(bytes, AT, 24, 64, IpProtocol.TCP);
            Ipv4Header.addresses(bytes, AT, 0x0a00_0002, 0xc0a8_0107);
            bytes.put(AT, (byte) 0x46);
            bytes.putInt(AT + 20, 0x0102_0304);
            Ipv4Header.writeChecksum(bytes, AT);

            byte[] all = new byte[24];
            bytes.get(AT, all);
            assertThat(naiveSum(all)).isEqualTo(0xffff);
        }

        private byte[] header() {
            byte[] header = new byte[20];
            bytes.get(AT, header);
            return header;
        }
    }

    @Test
    void mappedFormIsThatOfFlowKeys() {
        assertThat(Ipv4Header.mapped(0xff00_0001)).isEqualTo(0x0000_ffff_ff00_0001L);
        assertThat(Ipv4Header.mapped(0xff00_0001)).isEqualTo(io.socks5tunnel.stack.FlowKey.mappedIpv4(0xff00_0001));
    }
}
