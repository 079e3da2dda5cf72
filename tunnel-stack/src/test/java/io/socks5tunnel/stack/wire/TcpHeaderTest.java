// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

import static io.socks5tunnel.stack.fixture.PacketBytes.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TcpHeaderTest {
    private static final int AT = 7;

    @Nested
    class TakenApart {
        private final ByteBuffer bytes =
                ByteBuffer.allocate(AT + 20).put(AT, hex("c350 01bb fedcba98 89abcdef f1ff fffe 8001 8002"));

        @Test
        @Tag("T-HD-3")
        void everyFieldIsUnsignedAndInItsPlace() {
            assertThat(TcpHeader.sourcePort(bytes, AT)).isEqualTo(50_000);
            assertThat(TcpHeader.destinationPort(bytes, AT)).isEqualTo(443);
            assertThat(TcpHeader.sequenceNumber(bytes, AT)).isEqualTo(0xfedc_ba98);
            assertThat(TcpHeader.acknowledgmentNumber(bytes, AT)).isEqualTo(0x89ab_cdef);
            assertThat(TcpHeader.headerLength(bytes, AT)).isEqualTo(60);
            assertThat(TcpHeader.flags(bytes, AT)).isEqualTo(0x1ff);
            assertThat(TcpHeader.window(bytes, AT)).isEqualTo(65_534);
            assertThat(TcpHeader.checksum(bytes, AT)).isEqualTo(0x8001);
            assertThat(TcpHeader.urgentPointer(bytes, AT)).isEqualTo(0x8002);
        }

        @Test
        @Tag("T-HD-8")
        void reservedBitsAreNoFlags() {
            bytes.putShort(AT + 12, (short) 0x5e02);
            assertThat(TcpHeader.flags(bytes, AT)).isEqualTo(TcpHeader.SYN);
            assertThat(TcpHeader.headerLength(bytes, AT)).isEqualTo(20);
        }

        @Test
        @Tag("T-HD-2")
        void impossibleDataOffsetsAreGivenAsTheyStand() {
            bytes.put(AT + 12, (byte) 0x0f);
            assertThat(TcpHeader.headerLength(bytes, AT)).isZero();
            bytes.put(AT + 12, (byte) 0x4f);
            assertThat(TcpHeader.headerLength(bytes, AT)).isEqualTo(16);
        }

        @Test
        void eachFlagHasItsBit() {
            int[] flags = {
                TcpHeader.FIN,
                TcpHeader.SYN,
                TcpHeader.RST,
                TcpHeader.PSH,
                TcpHeader.ACK,
                TcpHeader.URG,
                TcpHeader.ECE,
                TcpHeader.CWR,
                TcpHeader.AE
            };
            for (int bit = 0; bit < flags.length; bit++) {
                assertThat(flags[bit]).isEqualTo(1 << bit);
            }
        }
    }

    @Nested
    class PutTogether {
        private final ByteBuffer bytes = ByteBuffer.allocate(AT + 20).put(AT, hex("ff".repeat(20)));

        @Test
        void everyByteIsWritten() {
            TcpHeader.ports(bytes, AT, 443, 50_000);
            TcpHeader.sequenceNumber(bytes, AT, 0xfedc_ba98);
            TcpHeader.acknowledgmentNumber(bytes, AT, 0x89ab_cdef);
            TcpHeader.headerLengthAndFlags(bytes, AT, 60, TcpHeader.SYN | TcpHeader.ACK);
            TcpHeader.window(bytes, AT, 0xfffe);
            TcpHeader.checksum(bytes, AT, 0x8001);
            TcpHeader.urgentPointer(bytes, AT, 0x8002);

            assertThat(bytes.array()).endsWith(hex("01bb c350 fedcba98 89abcdef f012 fffe 8001 8002"));
        }

        @Test
        void reservedBitsAreZero() {
            TcpHeader.headerLengthAndFlags(bytes, AT, 20, 0xffff);
            assertThat(bytes.getShort(AT + 12)).isEqualTo((short) 0x51ff);
        }
    }
}
