// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.udp;

import static io.socks5tunnel.stack.fixture.IpBytes.ip;
import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.stack.ClientSource;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.fixture.DatagramWorld;
import io.socks5tunnel.stack.fixture.PacketBytes;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UdpOutputTest {
    private static final int CLIENT = 0x0a00_0002;
    private static final int SERVER = 0xc000_0207;
    private static final long CLIENT_HIGH = 0xfd00_0000_0000_0000L;
    private static final long SERVER_HIGH = 0x2001_0db8_0000_0000L;

    private final Slab slab = new Slab();
    private DatagramWorld world = new DatagramWorld();

    @Nested
    class InOnePacket {
        @ParameterizedTest
        @CsvSource({"true, 0", "true, 1", "true, 1472", "false, 0", "false, 5", "false, 1452"})
        void itIsWhatAServerWouldHaveSent(boolean ipv4, int length) {
            assertThat(send(ipv4, length)).isTrue();
            assertThat(world.onlySent()).isEqualTo(expected(ipv4, length));
            assertThat(world.partialChecksumAt).isZero();
        }

        @ParameterizedTest
        @CsvSource({"true, 26", "false, 46"})
        void theDeviceFinishesTheChecksumIfItCan(boolean ipv4, int checksumAt) {
            world.capabilities = new TunCapabilities(true, true, true);
            assertThat(send(ipv4, 99)).isTrue();

            byte[] packet = world.onlySent();
            byte[] complete = expected(ipv4, 99);
            assertThat(world.partialChecksumAt).isEqualTo(checksumAt);
            assertThat(checksum(packet, checksumAt)).isEqualTo(pseudoHeaderSum(ipv4, 107));
            packet[checksumAt] = complete[checksumAt];
            packet[checksumAt + 1] = complete[checksumAt + 1];
            assertThat(packet).isEqualTo(complete);
        }

        @Test
        @Tag("T-UD-1")
        void aSumOfZeroIsSentAsAllOnes() {
            boolean isSeen = false;
            for (int value = 0; value <= 0xffff && !isSeen; value++) {
                slab.bytes().putShort(100, (short) value);
                world.sent.clear();
                world.stack.sendDatagram(client(true, 40_000), 0, FlowKey.mappedIpv4(SERVER), 53, slab, 100, 2);
                int checksum = checksum(world.onlySent(), 26);
                assertThat(checksum).isNotZero();
                isSeen = checksum == 0xffff;
            }
            assertThat(isSeen).isTrue();
            assertThat(PacketBytes.isTransportChecksumRight(world.onlySent())).isTrue();
        }

        @Test
        void whatTheDeviceLosesIsSaid() {
            world.packetsUntilLost = 0;
            assertThat(send(true, 10)).isFalse();
        }
    }

    @Nested
    class Together {
        private final GatherList payloads = new GatherList();

        private boolean sendTogether(boolean ipv4, int count, int length, int last) {
            payloads.clear();
            for (int i = 0; i < count * length + last; i++) {
                slab.bytes().put(64 + i, (byte) (i * 31 + i / 256));
            }
            for (int i = 0; i < count; i++) {
                payloads.add(slab, 64 + i * length, length);
            }
            if (last > 0) {
                payloads.add(slab, 64 + count * length, last);
            }
            return ipv4
                    ? world.stack.sendDatagrams(
                            client(true, 40_000), 0, FlowKey.mappedIpv4(SERVER), 53, payloads, length)
                    : world.stack.sendDatagrams(client(false, 40_000), SERVER_HIGH, 7, 53, payloads, length);
        }

        @ParameterizedTest
        @CsvSource({"true, 2, 1200, 0", "true, 3, 64, 7", "false, 2, 1200, 0", "false, 44, 1452, 1", "true, 64, 1, 0"})
        void theyAreOnePacketWithALengthToCutAt(boolean ipv4, int count, int length, int last) {
            world.capabilities = new TunCapabilities(true, true, true);
            assertThat(sendTogether(ipv4, count, length, last)).isTrue();

            int total = count * length + last;
            byte[] packet = world.onlySent();
            byte[] asOne = expected(ipv4, total);
            int checksumAt = ipv4 ? 26 : 46;
            assertThat(world.gsoType).isEqualTo(GsoType.UDP_L4);
            assertThat(world.gsoSizeBytes).isEqualTo(length);
            assertThat(world.partialChecksumAt).isEqualTo(checksumAt);
            assertThat(checksum(packet, checksumAt)).isEqualTo(pseudoHeaderSum(ipv4, 8 + total));
            packet[checksumAt] = asOne[checksumAt];
            packet[checksumAt + 1] = asOne[checksumAt + 1];
            assertThat(packet).isEqualTo(asOne);
        }

        @ParameterizedTest
        @CsvSource({
            "true, 1500, 1, 64", "true, 1500, 64, 64", "true, 1500, 1023, 64", "true, 1500, 1024, 63",
            "true, 1500, 1472, 44", "true, 1500, 1473, 1", "true, 1500, 0, 1", "true, 65535, 32753, 2",
            "true, 65535, 32754, 1", "true, 65535, 65507, 1", "false, 1500, 1452, 45", "false, 1500, 1453, 1",
            "false, 1279, 10, 1", "false, 1280, 10, 64", "false, 65535, 32743, 2", "false, 65535, 32744, 1"
        })
        void thereAreAsManyAsFitAndTheKernelCuts(boolean ipv4, int mtuBytes, int length, int most) {
            world = new DatagramWorld(mtuBytes);
            assertThat(world.stack.datagramsTogether(client(ipv4, 1), length)).isEqualTo(1);
            world.capabilities = new TunCapabilities(true, true, false);
            assertThat(world.stack.datagramsTogether(client(ipv4, 1), length)).isEqualTo(1);
            world.capabilities = new TunCapabilities(true, true, true);
            assertThat(world.stack.datagramsTogether(client(ipv4, 1), length)).isEqualTo(most);
            if (most > 1) {
                assertThat(sendTogether(ipv4, most, length, 0)).isTrue();
                assertThat(world.onlySent()).hasSizeLessThanOrEqualTo(65_535);
            }
        }

        @Test
        void anOrdinaryPacketAfterwardsIsOrdinary() {
            world.capabilities = new TunCapabilities(true, true, true);
            sendTogether(true, 2, 100, 0);
            assertThat(send(true, 100)).isTrue();
            assertThat(world.gsoType).isEqualTo(GsoType.NONE);
            assertThat(world.gsoSizeBytes).isZero();
        }

        @Test
        void toTheOtherFamilyNoneGoes() {
            payloads.add(slab, 0, 20);
            assertThat(world.stack.sendDatagrams(client(true, 1), SERVER_HIGH, 7, 53, payloads, 10))
                    .isFalse();
            assertThat(world.stack.sendDatagrams(client(false, 1), 0, FlowKey.mappedIpv4(SERVER), 53, payloads, 10))
                    .isFalse();
            assertThat(world.sent).isEmpty();
        }

        @Test
        void whatTheDeviceLosesIsSaid() {
            world.packetsUntilLost = 0;
            assertThat(sendTogether(true, 2, 10, 0)).isFalse();
        }
    }

    @Nested
    @Tag("T-RA-9")
    class InFragments {
        @ParameterizedTest
        @CsvSource({
            "true, 1500, 1473, 2", "true, 1500, 65507, 45", "true, 68, 200, 5", "true, 576, 65507, 119",
            "false, 1500, 1453, 2", "false, 1500, 65527, 46", "false, 1280, 65527, 54", "false, 65535, 65527, 2"
        })
        void theyAreThePiecesOfTheDatagram(boolean ipv4, int mtuBytes, int length, int pieces) {
            world = new DatagramWorld(mtuBytes);
            world.capabilities = new TunCapabilities(true, true, true);
            assertThat(send(ipv4, length)).isTrue();

            assertThat(world.sent).hasSize(pieces);
            assertThat(world.sent)
                    .allSatisfy(packet -> assertThat(packet.length).isLessThanOrEqualTo(mtuBytes));
            byte[] whole = expected(ipv4, length);
            byte[] datagram = java.util.Arrays.copyOfRange(whole, ipv4 ? 20 : 40, whole.length);
            int id = id(ipv4, world.sent.getFirst());
            int room = world.sent.getFirst().length - (ipv4 ? 20 : 48);
            for (int i = 0; i < pieces; i++) {
                byte[] piece = ip(ipv4).source(ipv4 ? "192.0.2.7" : "2001:db8::7")
                        .destination(ipv4 ? "10.0.0.2" : "fd00::2")
                        .carrying(17, datagram)
                        .id(id)
                        .fragment(i * room, Math.min(datagram.length, (i + 1) * room));
                assertThat(world.sent.get(i)).as("piece %d", i).isEqualTo(piece);
            }
        }

        @ParameterizedTest
        @CsvSource({"true, 65536", "false, 70000"})
        void identificationsOfAFlowAreFresh(boolean ipv4, int datagrams) {
            Set<Integer> seen = new HashSet<>();
            for (int i = 0; i < datagrams; i++) {
                world.sent.clear();
                send(ipv4, 1_500);
                assertThat(id(ipv4, world.sent.get(1))).isEqualTo(id(ipv4, world.sent.get(0)));
                assertThat(seen.add(id(ipv4, world.sent.getFirst()))).isTrue();
            }
        }

        @Test
        @Tag("T-RA-9")
        void anotherFlowsIdentificationsTellNothing() {
            int[] ids = new int[64];
            for (int port = 0; port < ids.length; port++) {
                world.sent.clear();
                world.stack.sendDatagram(client(false, port), SERVER_HIGH, 7, 53, slab, 0, 1_500);
                ids[port] = id(false, world.sent.getFirst());
            }
            // No two neighbours in port are neighbours in number.
            for (int port = 1; port < ids.length; port++) {
                assertThat(Math.abs((long) ids[port] - ids[port - 1])).isGreaterThan(1_000);
            }
        }

        @Test
        void aLostFragmentEndsIt() {
            world.packetsUntilLost = 2;
            assertThat(send(true, 8_000)).isFalse();
            assertThat(world.sent).hasSize(2);
        }
    }

    @Nested
    class ThatCannotBeSent {
        @ParameterizedTest
        @CsvSource({"true, 65508", "false, 65528"})
        void isTooLong(boolean ipv4, int length) {
            assertThat(send(ipv4, length)).isFalse();
            assertThat(world.sent).isEmpty();
        }

        @Test
        void goesToTheOtherFamily() {
            assertThat(world.stack.sendDatagram(client(true, 1), SERVER_HIGH, 7, 53, slab, 0, 9))
                    .isFalse();
            assertThat(world.stack.sendDatagram(client(false, 1), 0, FlowKey.mappedIpv4(SERVER), 53, slab, 0, 9))
                    .isFalse();
            assertThat(world.sent).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1_000, 2_000})
        void hasALinkTooSmallForIpv6(int length) {
            world = new DatagramWorld(1_279);
            assertThat(send(false, length)).isFalse();
            assertThat(send(true, length)).isTrue();
        }
    }

    private boolean send(boolean ipv4, int length) {
        for (int i = 0; i < length; i++) {
            slab.bytes().put(64 + i, (byte) (i * 31 + i / 256));
        }
        return ipv4
                ? world.stack.sendDatagram(client(true, 40_000), 0, FlowKey.mappedIpv4(SERVER), 53, slab, 64, length)
                : world.stack.sendDatagram(client(false, 40_000), SERVER_HIGH, 7, 53, slab, 64, length);
    }

    private byte[] expected(boolean ipv4, int length) {
        byte[] payload = new byte[length];
        slab.bytes().get(64, payload);
        return ip(ipv4).source(ipv4 ? "192.0.2.7" : "2001:db8::7")
                .destination(ipv4 ? "10.0.0.2" : "fd00::2")
                .udp(53, 40_000, payload)
                .whole();
    }

    private static ClientSource client(boolean ipv4, int port) {
        return ipv4 ? new ClientSource(0, FlowKey.mappedIpv4(CLIENT), port) : new ClientSource(CLIENT_HIGH, 2, port);
    }

    private static int id(boolean ipv4, byte[] packet) {
        return ipv4
                ? java.nio.ByteBuffer.wrap(packet).getShort(4) & 0xffff
                : java.nio.ByteBuffer.wrap(packet).getInt(44);
    }

    private static int checksum(byte[] packet, int at) {
        return java.nio.ByteBuffer.wrap(packet).getShort(at) & 0xffff;
    }

    private static int pseudoHeaderSum(boolean ipv4, int length) {
        byte[] addresses = ipv4
                ? PacketBytes.hex("c0000207 0a000002")
                : PacketBytes.hex("20010db8000000000000000000000007 fd000000000000000000000000000002");
        return PacketBytes.naiveSum(addresses, new byte[] {0, 17, (byte) (length >> 8), (byte) length});
    }
}
