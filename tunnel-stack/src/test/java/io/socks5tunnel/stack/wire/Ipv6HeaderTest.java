// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

import static io.socks5tunnel.stack.fixture.PacketBytes.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class Ipv6HeaderTest {
    private static final int AT = 5;
    private static final String ADDRESSES = "fd000000 00000001 00000000 00000002 20010db8 00000003 80000000 00000004";

    @Nested
    class TakenApart {
        private final ByteBuffer bytes = ByteBuffer.allocate(AT + 40).put(AT, hex("6fe8 9abc fff0 3bff" + ADDRESSES));

        @Test
        void everyFieldIsUnsignedAndInItsPlace() {
            assertThat(Ipv6Header.trafficClass(bytes, AT)).isEqualTo(0xfe);
            assertThat(Ipv6Header.flowLabel(bytes, AT)).isEqualTo(0x89abc);
            assertThat(Ipv6Header.payloadLength(bytes, AT)).isEqualTo(0xfff0);
            assertThat(Ipv6Header.nextHeader(bytes, AT)).isEqualTo(IpProtocol.NO_NEXT_HEADER);
            assertThat(Ipv6Header.hopLimit(bytes, AT)).isEqualTo(255);
            assertThat(Ipv6Header.sourceHigh(bytes, AT)).isEqualTo(0xfd00_0000_0000_0001L);
            assertThat(Ipv6Header.sourceLow(bytes, AT)).isEqualTo(2);
            assertThat(Ipv6Header.destinationHigh(bytes, AT)).isEqualTo(0x2001_0db8_0000_0003L);
            assertThat(Ipv6Header.destinationLow(bytes, AT)).isEqualTo(0x8000_0000_0000_0004L);
        }
    }

    @Nested
    class PutTogether {
        private final ByteBuffer bytes = ByteBuffer.allocate(AT + 40).put(AT, hex("ff".repeat(40)));

        @Test
        void everyByteIsWritten() {
            Ipv6Header.write(bytes, AT, 0xfff0, IpProtocol.TCP, 64);
            Ipv6Header.source(bytes, AT, 0xfd00_0000_0000_0001L, 2);
            Ipv6Header.destination(bytes, AT, 0x2001_0db8_0000_0003L, 0x8000_0000_0000_0004L);

            assertThat(bytes.array()).endsWith(hex("6000 0000 fff0 0640" + ADDRESSES));
        }

        @Test
        void fieldsCanBeChangedOneByOne() {
            Ipv6Header.write(bytes, AT, 1, 255, 255);
            Ipv6Header.classAndLabel(bytes, AT, 0xfe, 0x89abc);
            Ipv6Header.payloadLength(bytes, AT, 0x8001);

            assertThat(bytes.getLong(AT)).isEqualTo(0x6fe8_9abc_8001_ffffL);
        }
    }

    @Nested
    class FragmentHeader {
        @Test
        void offsetMoreAndIdentificationAreInTheirPlaces() {
            ByteBuffer bytes = ByteBuffer.allocate(AT + 8).put(AT, hex("0600 fff9 deadbeef"));

            int field = Ipv6Header.fragmentField(bytes, AT);
            assertThat(field & Ipv6Header.OFFSET_MASK).isEqualTo(0xfff8);
            assertThat(field & Ipv6Header.MORE_FRAGMENTS).isEqualTo(1);
            assertThat(Ipv6Header.fragmentIdentification(bytes, AT)).isEqualTo(0xdead_beef);
        }
    }
}
