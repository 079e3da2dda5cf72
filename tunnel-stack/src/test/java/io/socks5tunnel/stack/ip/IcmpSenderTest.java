// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import static io.socks5tunnel.stack.fixture.DatagramWorld.SECOND;
import static io.socks5tunnel.stack.fixture.IpBytes.ip;
import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.stack.DatagramRefusal;
import io.socks5tunnel.stack.fixture.DatagramWorld;
import io.socks5tunnel.stack.fixture.IpBytes;
import io.socks5tunnel.stack.fixture.PacketBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IcmpSenderTest {
    private static final int DESTINATION_OPTIONS = 60;
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;

    private final DatagramWorld world = new DatagramWorld();

    @Nested
    @Tag("T-IC-5")
    class RefusedDatagrams {
        @ParameterizedTest
        @CsvSource({
            "true, PORT_UNREACHABLE, 3, 3",
            "true, HOST_UNREACHABLE, 3, 1",
            "true, ADMINISTRATIVELY_PROHIBITED, 3, 13",
            "false, PORT_UNREACHABLE, 1, 4",
            "false, HOST_UNREACHABLE, 1, 3",
            "false, ADMINISTRATIVELY_PROHIBITED, 1, 1"
        })
        void areToldByTypeAndCode(boolean ipv4, DatagramRefusal refusal, int type, int code) {
            world.refusal = refusal;
            byte[] packet = datagram(ipv4, 30);
            world.receive(packet);
            assertTold(packet, type, code, 0, packet.length);
            assertThat(world.drops(DropReason.UDP_NOT_RELAYED)).isOne();
        }

        @ParameterizedTest
        @Tag("T-IC-3")
        @CsvSource({"true, 548, 576", "false, 1232, 1280"})
        void areQuotedAsFarAsMayBe(boolean ipv4, int quoted, int total) {
            world.refusal = DatagramRefusal.PORT_UNREACHABLE;
            byte[] packet = datagram(ipv4, 1_400);
            world.receive(packet);
            assertThat(world.onlySent()).hasSize(total);
            assertTold(packet, ipv4 ? 3 : 1, ipv4 ? 3 : 4, 0, quoted);
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void areQuotedWithinTheMtuOfALinkOfFewBytes(boolean ipv4) {
            var narrow = new DatagramWorld(68);
            narrow.refusal = DatagramRefusal.PORT_UNREACHABLE;
            narrow.receive(datagram(ipv4, 60));
            assertThat(narrow.onlySent()).hasSize(68);
        }

        @Test
        void areQuotedWithoutWhatTheLinkPadded() {
            world.refusal = DatagramRefusal.PORT_UNREACHABLE;
            byte[] packet = datagram(true, 5);
            world.receive(Arrays.copyOf(packet, 46));
            assertTold(packet, 3, 3, 0, packet.length);
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void areToldSomeTimeLaterOfWhatIsLeftOfThem(boolean ipv4) {
            byte[] packet = datagram(ipv4, 300);
            Slab kept = new Slab();
            kept.bytes().put(7, packet, 0, 100);
            world.stack.refuseLate(kept, 7, 100, DatagramRefusal.PORT_UNREACHABLE, world.now);
            assertTold(packet, ipv4 ? 3 : 1, ipv4 ? 3 : 4, 0, 100);
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void areToldAboutAsAWholeIfTheyCameInFragments(boolean ipv4) {
            world.refusal = DatagramRefusal.PORT_UNREACHABLE;
            IpBytes datagram = ip(ipv4).udp(9, 53, new byte[100]);
            world.receive(datagram.fragment(0, 64));
            world.receive(datagram.fragment(64, 108));
            assertThat(world.onlySent()).hasSize((ipv4 ? 28 : 48) + (ipv4 ? 20 : 40) + 108);
        }
    }

    @Nested
    @Tag("T-IC-7")
    class TooBig {
        @ParameterizedTest
        @CsvSource({
            "true, 1000, 3, 4, 1028",
            "false, 2000, 2, 0, 2048",
            "false, 100, 2, 0, 1280",
            "true, 65535, 3, 4, 65535"
        })
        void saysWhatWouldHaveFitted(boolean ipv4, int maxPayload, int type, int code, int mtu) {
            world.tooBigFor = maxPayload;
            byte[] packet = datagram(ipv4, 300);
            world.receive(packet);
            assertTold(packet, type, code, mtu, packet.length);
            assertThat(world.drops(DropReason.UDP_TOO_LARGE)).isOne();
        }
    }

    @Nested
    @Tag("T-IC-7")
    class TooBigForWhatWasFoundLater {
        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void saysTheSame(boolean ipv4) {
            byte[] packet = datagram(ipv4, 300);
            Slab kept = new Slab();
            kept.bytes().put(7, packet, 0, 100);
            world.stack.refuseLateTooBig(kept, 7, 100, 2_000, world.now);
            assertTold(packet, ipv4 ? 3 : 2, ipv4 ? 4 : 0, ipv4 ? 2_028 : 2_048, 100);
        }
    }

    @Nested
    class UnknownProtocols {
        @Test
        @Tag("T-IC-5")
        void areUnreachableOverIpv4() {
            for (int protocol : new int[] {0, 44, 47, 58, 132, 255}) {
                world.sent.clear();
                byte[] packet = ip(true).carrying(protocol, new byte[20]).whole();
                world.receive(packet);
                assertTold(packet, 3, 2, 0, packet.length);
            }
            assertThat(world.drops(DropReason.PROTOCOL_UNKNOWN)).isEqualTo(6);
        }

        @Test
        @Tag("T-IC-5")
        void arePointedAtOverIpv6() {
            for (int protocol : new int[] {1, 47, 50, 51, 132, 255}) {
                world.sent.clear();
                byte[] packet = ip(false).carrying(protocol, new byte[20]).whole();
                world.receive(packet);
                assertTold(packet, 4, 1, 6, packet.length);
            }
            byte[] packet = ip(false)
                    .extension(DESTINATION_OPTIONS, "00 0104 00000000")
                    .carrying(47, new byte[20])
                    .whole();
            world.sent.clear();
            world.receive(packet);
            assertTold(packet, 4, 1, 40, packet.length);
        }

        @Test
        void noNextHeaderIsNoProtocol() {
            world.receive(ip(false).carrying(59, new byte[20]).whole());
            assertThat(world.sent).isEmpty();
            assertThat(world.drops(DropReason.PROTOCOL_UNKNOWN)).isOne();
        }
    }

    @Nested
    @Tag("T-IP-2")
    class RefusedHeaders {
        @ParameterizedTest
        @CsvSource({"45, false", "8d, true", "cd, true"})
        void anUnknownOptionIsToldIfItsHighestBitSaysSo(String option, boolean isTold) {
            byte[] packet = ip(false)
                    .extension(DESTINATION_OPTIONS, "00 0100 " + option + "02 0000")
                    .udp(9, 53, new byte[3])
                    .whole();
            world.receive(packet);
            assertThat(world.drops(DropReason.IP_EXTENSION_REFUSED)).isOne();
            if (isTold) {
                assertTold(packet, 4, 2, 44, packet.length);
            } else {
                assertThat(world.sent).isEmpty();
            }
        }

        @Test
        void aRouteThatIsNotUsedUpIsPointedAt() {
            byte[] packet = ip(false)
                    .extension(ROUTING, "00 00 01 00000000")
                    .udp(9, 53, new byte[3])
                    .whole();
            world.receive(packet);
            assertThat(world.drops(DropReason.IP_ROUTING_REFUSED)).isOne();
            assertTold(packet, 4, 0, 42, packet.length);
        }

        @Test
        void hopByHopOptionsBehindAnotherHeaderAreUnknown() {
            byte[] packet = ip(false)
                    .extension(DESTINATION_OPTIONS, "00 0104 00000000")
                    .carrying(HOP_BY_HOP, PacketBytes.hex("11 00 0104 00000000 0000 0000 0008 0000"))
                    .whole();
            world.receive(packet);
            assertTold(packet, 4, 1, 40, packet.length);
        }

        @Test
        void aSourceRouteFails() {
            byte[] packet = ip(true).options("83 07 04 0a000009 00")
                    .udp(9, 53, new byte[3])
                    .whole();
            world.receive(packet);
            assertThat(world.drops(DropReason.IP_ROUTING_REFUSED)).isOne();
            assertTold(packet, 3, 5, 0, packet.length);
        }
    }

    @Nested
    @Tag("T-IC-2")
    class Silence {
        @ParameterizedTest
        @CsvSource({
            "true, 10.0.0.2, 224.0.0.251",
            "true, 10.0.0.2, 255.255.255.255",
            "true, 0.0.0.0, 192.0.2.7",
            "true, 224.0.0.1, 192.0.2.7",
            "true, 127.0.0.1, 192.0.2.7",
            "false, fd00::2, ff02::fb",
            "false, ::, 2001:db8::7",
            "false, ff02::1, 2001:db8::7"
        })
        void aboutGroupsAndNobody(boolean ipv4, String source, String destination) {
            world.refusal = DatagramRefusal.PORT_UNREACHABLE;
            world.receive(ip(ipv4).source(source)
                    .destination(destination)
                    .udp(9, 53, new byte[3])
                    .whole());
            world.receive(ip(ipv4).source(source)
                    .destination(destination)
                    .carrying(132, new byte[9])
                    .whole());
            world.receive(ip(ipv4).source(source)
                    .destination(destination)
                    .icmp(ipv4 ? 8 : 128, 0, 0, new byte[3])
                    .whole());
            assertThat(world.sent).isEmpty();
            assertThat(world.arrived).isEmpty();
            assertThat(world.drops(DropReason.IP_SOURCE_INVALID) + world.drops(DropReason.IP_DESTINATION_INVALID))
                    .isEqualTo(3);
        }

        @ParameterizedTest
        @Tag("T-IC-10")
        @ValueSource(ints = {130, 131, 132, 133, 134, 135, 136, 137, 143})
        void aboutTheNoiseOfLinks(int type) {
            world.receive(ip(false)
                    .source("fe80::2")
                    .destination("ff02::2")
                    .icmp(type, 0, 0, new byte[16])
                    .whole());
            world.receive(
                    ip(false).source("fe80::2").icmp(type, 0, 0, new byte[16]).whole());
            assertThat(world.sent).isEmpty();
            assertThat(world.drops()).isEqualTo(2);
        }

        @ParameterizedTest
        @CsvSource({"1", "2", "3", "4", "100", "127"})
        void aboutErrorsBehindAnyHeaders(int type) {
            byte[] error = ip(false).icmp(type, 0, 0, new byte[48]).payload();
            byte[] packet = ip(false)
                    .extension(DESTINATION_OPTIONS, "00 0100 8d02 0000")
                    .carrying(58, error)
                    .whole();
            world.receive(packet);
            world.receive(ip(false)
                    .extension(ROUTING, "00 00 01 00000000")
                    .carrying(58, error)
                    .whole());
            assertThat(world.sent).isEmpty();
            assertThat(world.drops()).isEqualTo(2);
        }

        @Test
        void aboutErrorsWithASourceRoute() {
            byte[] error = ip(true).icmp(3, 1, 0, new byte[28]).payload();
            world.receive(
                    ip(true).options("83 07 04 0a000009 00").carrying(1, error).whole());
            assertThat(world.sent).isEmpty();
            assertThat(world.drops(DropReason.IP_ROUTING_REFUSED)).isOne();
        }

        @Test
        void aboutFragmentsButTheFirst() {
            IpBytes datagram = ip(true).options("83 07 04 0a000009 00").udp(9, 53, new byte[60]);
            world.receive(datagram.fragment(32, 68));
            assertThat(world.sent).isEmpty();
            world.receive(datagram.fragment(0, 32));
            assertThat(world.sent).hasSize(1);
        }

        @Test
        void whatCannotBeToldFromAnErrorIsTakenForOne() {
            byte[] error = ip(false).icmp(1, 0, 0, new byte[48]).payload();
            byte[] odd = ip(false).carrying(58, error).fragment(8, new byte[9], true);
            world.receive(odd);
            assertThat(world.sent).isEmpty();
            assertThat(world.drops(DropReason.IP_FRAGMENT_MALFORMED)).isOne();
        }
    }

    @Nested
    @Tag("T-IC-4")
    class Limit {
        @Test
        void fiftyAtOnceAndThenAThousandASecond() {
            world.refusal = DatagramRefusal.PORT_UNREACHABLE;
            send(200);
            assertThat(world.sent).hasSize(50);
            world.pass(10_000_000);
            send(200);
            assertThat(world.sent).hasSize(60);
            world.pass(SECOND);
            send(200);
            assertThat(world.sent).hasSize(110);
            // A steady rate above the limit comes through at the limit.
            world.pass(SECOND);
            int before = world.sent.size();
            for (int i = 0; i < 2_000; i++) {
                world.pass(SECOND / 2_000);
                send(1);
            }
            assertThat(world.sent.size() - before).isBetween(1_000, 1_050);
        }

        @Test
        void holdsForAllErrorsTogether() {
            world.refusal = DatagramRefusal.PORT_UNREACHABLE;
            send(50);
            world.receive(ip(true).carrying(132, new byte[9]).whole());
            world.receive(ip(false).carrying(132, new byte[9]).whole());
            assertThat(world.sent).hasSize(50);
            assertThat(world.drops(DropReason.PROTOCOL_UNKNOWN)).isEqualTo(2);
        }

        private void send(int count) {
            for (int i = 0; i < count; i++) {
                world.receive(datagram(i % 2 == 0, 3));
            }
        }
    }

    private static byte[] datagram(boolean ipv4, int length) {
        return ip(ipv4).udp(4_000, 53, new byte[length]).whole();
    }

    private void assertTold(byte[] about, int type, int code, int rest, int quoted) {
        byte[] error = world.onlySent();
        boolean ipv4 = about[0] >> 4 == 4;
        int at = ipv4 ? 20 : 40;
        assertThat(error[ipv4 ? 9 : 6]).isEqualTo((byte) (ipv4 ? 1 : 58));
        int addresses = ipv4 ? 4 : 16;
        int source = ipv4 ? 12 : 8;
        assertThat(Arrays.copyOfRange(error, source, source + addresses))
                .isEqualTo(Arrays.copyOfRange(about, source + addresses, source + 2 * addresses));
        assertThat(Arrays.copyOfRange(error, source + addresses, source + 2 * addresses))
                .isEqualTo(Arrays.copyOfRange(about, source, source + addresses));
        assertThat(error[at]).isEqualTo((byte) type);
        assertThat(error[at + 1]).isEqualTo((byte) code);
        assertThat(ByteBuffer.wrap(error).getInt(at + 4)).isEqualTo(rest);
        assertThat(Arrays.copyOfRange(error, at + 8, error.length)).isEqualTo(Arrays.copyOf(about, quoted));
        if (ipv4) {
            assertThat(PacketBytes.naiveSum(Arrays.copyOf(error, 20))).isEqualTo(0xffff);
            assertThat(PacketBytes.naiveSum(Arrays.copyOfRange(error, 20, error.length)))
                    .isEqualTo(0xffff);
        } else {
            assertThat(PacketBytes.isTransportChecksumRight(error)).isTrue();
        }
    }
}
