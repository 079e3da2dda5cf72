// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

import static io.socks5tunnel.stack.fixture.PacketBytes.hex;
import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.Slab;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("T-HD-1")
class InternetChecksumTest {
    @Nested
    class OfPlainBytes {
        @Test
        void theExampleOfTheRfcHasItsSum() {
            // RFC 1071 §3: 00 01 f2 03 f4 f5 f6 f7 sums to ddf2.
            ByteBuffer bytes = direct(hex("0001 f203 f4f5 f6f7"));
            assertThat(InternetChecksum.fold(InternetChecksum.sum(bytes, 0, 8))).isEqualTo(0xddf2);
            assertThat(InternetChecksum.finish(InternetChecksum.sum(bytes, 0, 8)))
                    .isEqualTo(0x220d);
        }

        @Test
        void anOddLastByteIsAHighHalf() {
            ByteBuffer bytes = direct(hex("0001 f2 ff"));
            assertThat(InternetChecksum.fold(InternetChecksum.sum(bytes, 0, 3))).isEqualTo(0xf201);
        }

        @Test
        void nothingSumsToNothing() {
            assertThat(InternetChecksum.sum(direct(new byte[4]), 2, 0)).isZero();
            assertThat(InternetChecksum.finish(0)).isEqualTo(0xffff);
        }

        @Test
        void onesStayOnesAtEveryLength() {
            byte[] ones = new byte[70];
            Arrays.fill(ones, (byte) 0xff);
            ByteBuffer bytes = direct(ones);
            for (int length = 2; length < 60; length += 2) {
                assertThat(InternetChecksum.fold(InternetChecksum.sum(bytes, 3, length)))
                        .isEqualTo(0xffff);
            }
        }

        @Test
        void zerosStayZeroUpToASlab() {
            ByteBuffer bytes = direct(new byte[Slab.CAPACITY_BYTES]);
            assertThat(InternetChecksum.finish(InternetChecksum.sum(bytes, 1, Slab.CAPACITY_BYTES - 1)))
                    .isEqualTo(0xffff);
        }

        @Test
        void aFullSlabOfOnesDoesNotOverflow() {
            byte[] ones = new byte[Slab.CAPACITY_BYTES];
            Arrays.fill(ones, (byte) 0xff);
            assertThat(InternetChecksum.fold(InternetChecksum.sum(direct(ones), 0, ones.length)))
                    .isEqualTo(0xffff);
        }

        @Test
        void bytesOutsideTheRangeDoNotCount() {
            ByteBuffer bytes = direct(hex("ffff 0102 0304 0506 0708 090a 0b0c ffff"));
            long inside = InternetChecksum.sum(bytes, 2, 12);
            bytes.putShort(0, (short) 0x1111);
            bytes.putShort(14, (short) 0x2222);
            assertThat(InternetChecksum.sum(bytes, 2, 12)).isEqualTo(inside);
        }
    }

    @Nested
    class OfPseudoHeaders {
        @Test
        void bothFormsOfAnIpv4AddressGiveTheSameSum() {
            int source = 0x0a00_0002;
            int destination = 0xc000_0207;
            long plain = InternetChecksum.pseudoHeaderIpv4(source, destination, IpProtocol.TCP, 65_515);
            long mapped = InternetChecksum.pseudoHeader(
                    0, Ipv4Header.mapped(source), 0, Ipv4Header.mapped(destination), IpProtocol.TCP, 65_515);
            assertThat(InternetChecksum.fold(mapped)).isEqualTo(InternetChecksum.fold(plain));
            // 0a00 + 0002 + c000 + 0207 + 0006 + ffeb
            assertThat(InternetChecksum.fold(plain)).isEqualTo(0xcbfb);
        }

        @Test
        void allEightWordsOfAnIpv6AddressCount() {
            long high = 0x0001_0002_0003_0004L;
            long low = 0x0005_0006_0007_0008L;
            assertThat(InternetChecksum.fold(InternetChecksum.pseudoHeader(high, low, 0, 0, 0, 0)))
                    .isEqualTo(36);
            assertThat(InternetChecksum.fold(InternetChecksum.pseudoHeader(0, 0, high, low, 58, 6)))
                    .isEqualTo(100);
        }
    }

    @Nested
    class OfRanges {
        @Test
        void rangesOfOddLengthJoin() {
            Slab first = new Slab();
            Slab second = new Slab();
            first.bytes().put(5, hex("010203"));
            second.bytes().put(9, hex("04050607"));
            GatherList ranges = new GatherList();
            ranges.add(first, 5, 3);
            ranges.add(second, 9, 1);
            ranges.add(second, 10, 0);
            ranges.add(first, 6, 2);
            // 01 02 03 | 04 | 02 03
            assertThat(InternetChecksum.fold(InternetChecksum.sum(ranges))).isEqualTo(0x0102 + 0x0304 + 0x0203);
        }

        @Test
        void noRangeSumsToNothing() {
            assertThat(InternetChecksum.sum(new GatherList())).isZero();
        }
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
    }
}
