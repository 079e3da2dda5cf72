// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.udp;

import static io.socks5tunnel.stack.fixture.IpBytes.ip;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.stack.fixture.DatagramWorld;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UdpInputTest {
    private final DatagramWorld world = new DatagramWorld();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDatagramIsShownWithItsPortsAndPayload(boolean ipv4) {
        world.receive(ip(ipv4).udp(5353, 53, "hello".getBytes(US_ASCII)).whole());

        assertThat(world.arrived).singleElement().satisfies(datagram -> {
            assertThat(datagram.isIpv4()).isEqualTo(ipv4);
            assertThat(datagram.clientPort()).isEqualTo(5353);
            assertThat(datagram.destinationPort()).isEqualTo(53);
            assertThat(datagram.payload()).asString().isEqualTo("hello");
            assertThat(datagram.segmentBytes()).isZero();
        });
        assertThat(world.drops()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("T-UD-3")
    void anEmptyDatagramPasses(boolean ipv4) {
        world.receive(ip(ipv4).udp(1, 2, new byte[0]).whole());
        assertThat(world.arrived)
                .singleElement()
                .satisfies(d -> assertThat(d.payload()).isEmpty());
    }

    @Test
    void whatTheListenerDropsIsCountedUnderItsReason() {
        world.tooBigFor = 3;
        world.receive(ip(true).udp(1, 2, new byte[4]).whole());
        assertThat(world.drops(DropReason.UDP_TOO_LARGE)).isOne();
    }

    @Nested
    @Tag("T-UD-2")
    class Lengths {
        @ParameterizedTest
        @CsvSource({"true, 0", "true, 7", "true, 14", "false, 0", "false, 7", "false, 14"})
        void belowTheHeaderOrBeyondThePacketAreRefused(boolean ipv4, int length) {
            byte[] udp = ip(ipv4).udp(1, 2, new byte[5]).payload();
            udp[5] = (byte) length;
            world.receive(ip(ipv4).carrying(17, udp).whole());
            assertThat(world.drops(DropReason.UDP_MALFORMED)).isOne();
            assertThat(world.arrived).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void sevenBytesAreNoHeader(boolean ipv4) {
            world.receive(ip(ipv4).carrying(17, new byte[7]).whole());
            assertThat(world.drops(DropReason.UDP_MALFORMED)).isOne();
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void aLongerPacketIsTrimmed(boolean ipv4) {
            byte[] udp = ip(ipv4).udp(1, 2, "short".getBytes(US_ASCII)).payload();
            world.receive(
                    ip(ipv4).carrying(17, Arrays.copyOf(udp, udp.length + 9)).whole());
            assertThat(world.arrived)
                    .singleElement()
                    .satisfies(d -> assertThat(d.payload()).asString().isEqualTo("short"));
        }

        @ParameterizedTest
        @CsvSource({"true, 65507", "false, 65527"})
        @Tag("T-UD-4")
        void theLargestPasses(boolean ipv4, int length) {
            byte[] payload = new byte[length];
            Arrays.fill(payload, (byte) 3);
            world.receive(ip(ipv4).udp(1, 2, payload).whole());
            assertThat(world.arrived)
                    .singleElement()
                    .satisfies(d -> assertThat(d.payload()).isEqualTo(payload));
        }
    }

    @Nested
    @Tag("T-UD-1")
    class Checksums {
        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void everyBitIsCovered(boolean ipv4) {
            byte[] packet = ip(ipv4).udp(1, 2, "odd".getBytes(US_ASCII)).whole();
            int first = ipv4 ? 20 : 40;
            for (int bit = 8 * first; bit < 8 * packet.length; bit++) {
                byte[] flipped = packet.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                world.receive(flipped);
            }
            assertThat(world.arrived).isEmpty();
            assertThat(world.drops(DropReason.UDP_CHECKSUM) + world.drops(DropReason.UDP_MALFORMED))
                    .isEqualTo(8L * (packet.length - first));
            // Only the length field has another name for some of its damage.
            assertThat(world.drops(DropReason.UDP_MALFORMED)).isLessThanOrEqualTo(16);
        }

        @ParameterizedTest
        @CsvSource({"true, 1, 0", "false, 0, 1"})
        void zeroIsNoneOverIpv4AndWrongOverIpv6(boolean ipv4, int arrived, int dropped) {
            byte[] packet = ip(ipv4).udp(1, 2, "hi".getBytes(US_ASCII)).whole();
            int at = (ipv4 ? 20 : 40) + 6;
            packet[at] = 0;
            packet[at + 1] = 0;
            world.receive(packet);
            assertThat(world.arrived).hasSize(arrived);
            assertThat(world.drops(DropReason.UDP_CHECKSUM)).isEqualTo(dropped);
        }

        @ParameterizedTest
        @CsvSource({"UNVERIFIED, 0", "VALID, 1", "PARTIAL, 1"})
        void onlyAnUnverifiedOneIsVerified(ChecksumState state, int arrived) {
            for (boolean ipv4 : new boolean[] {true, false}) {
                world.arrived.clear();
                byte[] packet = ip(ipv4).udp(1, 2, "hi".getBytes(US_ASCII)).whole();
                packet[packet.length - 1]++;
                world.receive(packet, state, GsoType.NONE, 0);
                assertThat(world.arrived).hasSize(arrived);
            }
        }
    }

    @Nested
    class SuperSegments {
        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void areOneViewWithTheSizeOfTheirPieces(boolean ipv4) {
            byte[] packet = ip(ipv4).udp(1, 2, new byte[40_000]).whole();
            world.receive(packet, ChecksumState.PARTIAL, GsoType.UDP_L4, 1_200);
            assertThat(world.arrived).singleElement().satisfies(datagram -> {
                assertThat(datagram.payload()).hasSize(40_000);
                assertThat(datagram.segmentBytes()).isEqualTo(1_200);
            });
        }

        @Test
        void thoseOfTcpCarryNoUdp() {
            byte[] packet = ip(true).udp(1, 2, new byte[4_000]).whole();
            world.receive(packet, ChecksumState.PARTIAL, GsoType.TCP_V4, 1_200);
            assertThat(world.drops(DropReason.UDP_MALFORMED)).isOne();
        }
    }
}
