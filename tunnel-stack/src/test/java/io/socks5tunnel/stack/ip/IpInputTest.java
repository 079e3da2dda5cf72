// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import static io.socks5tunnel.stack.fixture.IpBytes.ip;
import static io.socks5tunnel.stack.fixture.PacketBytes.ipv4;
import static io.socks5tunnel.stack.fixture.PacketBytes.ipv6;
import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.stack.fixture.DatagramWorld;
import io.socks5tunnel.stack.fixture.Inbound;
import io.socks5tunnel.stack.fixture.IpBytes;
import io.socks5tunnel.stack.fixture.PacketBytes;
import io.socks5tunnel.stack.fixture.TcpCheck;
import io.socks5tunnel.stack.wire.SegmentView;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpInputTest {
    private final Inbound inbound = new Inbound().headroom(16).surroundings(0xee);
    private final TcpCheck input = new TcpCheck();
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
    @Tag("T-IC-6")
    class NearTheEndOfItsLife {
        @ParameterizedTest
        @ValueSource(ints = {0, 1, 255})
        void aSynOpensAsAnyOther(int hops) {
            for (PacketBytes syn : new PacketBytes[] {ipv4(), ipv6()}) {
                DatagramWorld world = new DatagramWorld();
                world.receive(syn.hopLimit(hops).flags(2).bytes());
                assertThat(world.opened).hasSize(1);
                assertThat(world.sent).isEmpty();
            }
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void aDatagramArrives(boolean ipv4) {
            byte[] probe = ip(ipv4).udp(40_000, 33_434, new byte[4]).whole();
            probe[ipv4 ? 8 : 7] = 1;
            if (ipv4) {
                IpBytes.fixHeaderChecksum(probe);
            }
            DatagramWorld world = new DatagramWorld();
            world.receive(probe);
            assertThat(world.arrived).hasSize(1);
            assertThat(world.sent).isEmpty();
        }
    }

    @Nested
    class OfTcp {
        @Test
        @Tag("T-HD-1")
        void everyBitOfTheSegmentIsCoveredByItsChecksum() {
            for (byte[] packet : new byte[][] {
                ipv4().payload("odd").bytes(), ipv6().payload("odd").bytes()
            }) {
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
}
