// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import static io.socks5tunnel.stack.fixture.IpBytes.ip;
import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.stack.StackConfig;
import io.socks5tunnel.stack.fixture.DatagramWorld;
import io.socks5tunnel.stack.fixture.IpBytes;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IcmpInputTest {
    private final DatagramWorld world =
            new DatagramWorld(StackConfig.forMtu(1500).answeringEchoes(true));

    @AfterEach
    void nothingIsHeld() {
        world.endBurst();
        assertThat(world.slabsHeld()).isZero();
    }

    @Nested
    @Tag("T-IC-1")
    class Echo {
        @ParameterizedTest
        @CsvSource({"true, 0", "true, 1", "true, 56", "true, 1472", "false, 0", "false, 7", "false, 56", "false, 1452"})
        void comesBackFromTheAskedAddressWithItsData(boolean ipv4, int length) {
            world.receive(request(ipv4, length).whole());
            assertThat(world.onlySent()).isEqualTo(reply(ipv4, length).whole());
            assertThat(world.drops()).isZero();
        }

        @ParameterizedTest
        @CsvSource({"true, 3000", "false, 3000", "true, 65507", "false, 65527"})
        void inFragmentsComesBackInFragments(boolean ipv4, int length) {
            IpBytes request = request(ipv4, length);
            for (int from = 0; from < length + 8; from += 1448) {
                world.receive(request.fragment(from, Math.min(length + 8, from + 1448)));
            }
            IpBytes reply = reply(ipv4, length);
            int room = ipv4 ? 1480 : 1448;
            assertThat(world.sent).hasSize(Math.ceilDiv(length + 8, room));
            byte[] first = world.sent.getFirst();
            int id = ipv4
                    ? java.nio.ByteBuffer.wrap(first).getShort(4) & 0xffff
                    : java.nio.ByteBuffer.wrap(first).getInt(44);
            for (int i = 0; i < world.sent.size(); i++) {
                byte[] piece = reply.id(id).fragment(i * room, Math.min(length + 8, (i + 1) * room));
                assertThat(world.sent.get(i)).isEqualTo(piece);
            }
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void isIgnoredUnlessAskedFor(boolean ipv4) {
            DatagramWorld off = new DatagramWorld(StackConfig.forMtu(1500));
            off.receive(request(ipv4, 10).whole());
            assertThat(off.sent).isEmpty();
            assertThat(off.drops(DropReason.ICMP_IGNORED)).isOne();
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void withACodeIsNone(boolean ipv4) {
            world.receive(ip(ipv4).icmp(ipv4 ? 8 : 128, 1, 7, new byte[3]).whole());
            assertThat(world.sent).isEmpty();
            assertThat(world.drops(DropReason.ICMP_IGNORED)).isOne();
        }

        @ParameterizedTest
        @CsvSource({"true, 128", "false, 8", "true, 0", "false, 129", "true, 13", "true, 17"})
        void ofTheOtherFamilyAndOtherQuestionsAreIgnored(boolean ipv4, int type) {
            world.receive(ip(ipv4).icmp(type, 0, 7, new byte[12]).whole());
            assertThat(world.sent).isEmpty();
            assertThat(world.drops(DropReason.ICMP_IGNORED)).isOne();
        }

        @Test
        void onALinkTooSmallForIpv6GetsNoAnswer() {
            DatagramWorld small = new DatagramWorld(StackConfig.forMtu(1_000).answeringEchoes(true));
            small.receive(request(false, 10).whole());
            assertThat(small.sent).isEmpty();
            small.receive(request(true, 10).whole());
            assertThat(small.sent).hasSize(1);
        }
    }

    @Nested
    class Checks {
        @ParameterizedTest
        @Tag("T-IC-9")
        @ValueSource(booleans = {true, false})
        void everyBitOfTheMessageIsCovered(boolean ipv4) {
            byte[] packet = request(ipv4, 3).whole();
            int first = ipv4 ? 20 : 40;
            for (int bit = 8 * first; bit < 8 * packet.length; bit++) {
                byte[] flipped = packet.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                world.receive(flipped);
            }
            assertThat(world.sent).isEmpty();
            assertThat(world.drops(DropReason.ICMP_CHECKSUM)).isEqualTo(8L * (packet.length - first));
        }

        @Test
        @Tag("T-IC-9")
        void theAddressesOfIpv6AreCoveredToo() {
            byte[] packet = request(false, 3).whole();
            packet[39] ^= 1;
            world.receive(packet);
            assertThat(world.drops(DropReason.ICMP_CHECKSUM)).isOne();
        }

        @ParameterizedTest
        @CsvSource({"UNVERIFIED, 0", "VALID, 1", "PARTIAL, 1"})
        void onlyAnUnverifiedChecksumIsVerifiedAndTheAnswersIsRight(ChecksumState state, int sent) {
            byte[] packet = request(true, 3).whole();
            packet[22] ^= 1;
            world.receive(packet, state, GsoType.NONE, 0);
            assertThat(world.sent).hasSize(sent);
            if (sent > 0) {
                assertThat(world.onlySent()).isEqualTo(reply(true, 3).whole());
            }
        }

        @ParameterizedTest
        @CsvSource({"true, 0", "true, 7", "false, 0", "false, 7"})
        void sevenBytesAreNoHeader(boolean ipv4, int length) {
            world.receive(ip(ipv4).carrying(ipv4 ? 1 : 58, new byte[length]).whole());
            assertThat(world.drops(DropReason.ICMP_MALFORMED)).isOne();
        }
    }

    @Nested
    @Tag("T-IC-8")
    class Errors {
        @ParameterizedTest
        @CsvSource({
            "true, 3, 0", "true, 3, 1", "true, 3, 2", "true, 3, 3", "true, 3, 5", "true, 3, 13", "true, 4, 0",
            "true, 5, 0", "true, 11, 0", "true, 12, 0", "false, 1, 0", "false, 1, 4", "false, 3, 0", "false, 4, 1"
        })
        void thatAreSoftChangeNothing(boolean ipv4, int type, int code) {
            byte[] quoted = ip(ipv4).carrying(6, new byte[20]).whole();
            world.receive(ip(ipv4).icmp(type, code, 0, quoted).whole());
            assertThat(world.drops(DropReason.ICMP_IGNORED)).isOne();
            assertThat(world.sent).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void aboutNoFlowOfOursMayBeAnotherShards(boolean ipv4) {
            byte[] quoted = ip(ipv4).carrying(6, new byte[20]).whole();
            byte[] error =
                    ip(ipv4).icmp(ipv4 ? 3 : 2, ipv4 ? 4 : 0, 1300, quoted).whole();
            world.receive(error);
            assertThat(world.strays).singleElement().isEqualTo(error);
            assertThat(world.drops(DropReason.ICMP_NOT_OURS)).isOne();
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void aboutADatagramAreIgnored(boolean ipv4) {
            byte[] quoted = ip(ipv4).udp(53, 9, new byte[20]).whole();
            world.receive(
                    ip(ipv4).icmp(ipv4 ? 3 : 2, ipv4 ? 4 : 0, 1300, quoted).whole());
            assertThat(world.drops(DropReason.ICMP_IGNORED)).isOne();
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void thatQuoteTooLittleAreMalformed(boolean ipv4) {
            byte[] quoted = ip(ipv4).carrying(6, new byte[20]).whole();
            int enough = (ipv4 ? 20 : 40) + 8;
            for (int length = 0; length < enough; length++) {
                world.receive(ip(ipv4).icmp(ipv4 ? 3 : 2, ipv4 ? 4 : 0, 1300, Arrays.copyOf(quoted, length))
                        .whole());
            }
            assertThat(world.drops(DropReason.ICMP_MALFORMED)).isEqualTo(enough);
            world.receive(ip(ipv4).icmp(ipv4 ? 3 : 2, ipv4 ? 4 : 0, 1300, Arrays.copyOf(quoted, enough))
                    .whole());
            assertThat(world.drops(DropReason.ICMP_NOT_OURS)).isOne();
        }

        @ParameterizedTest
        @Tag("T-MT-4")
        @CsvSource({"true, 67", "true, 1", "false, 1279", "false, 1200", "false, 0"})
        void thatSayLessThanAnyLinkHasAreMalformed(boolean ipv4, int mtu) {
            byte[] quoted = ip(ipv4).carrying(6, new byte[20]).whole();
            world.receive(ip(ipv4).icmp(ipv4 ? 3 : 2, ipv4 ? 4 : 0, mtu, quoted).whole());
            assertThat(world.drops(DropReason.ICMP_MALFORMED)).isOne();
        }
    }

    private static IpBytes request(boolean ipv4, int length) {
        return ip(ipv4).icmp(ipv4 ? 8 : 128, 0, 0x1234_0007, data(length));
    }

    private static IpBytes reply(boolean ipv4, int length) {
        return ip(ipv4).source(ipv4 ? "192.0.2.7" : "2001:db8::7")
                .destination(ipv4 ? "10.0.0.2" : "fd00::2")
                .icmp(ipv4 ? 0 : 129, 0, 0x1234_0007, data(length));
    }

    private static byte[] data(int length) {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) (i * 7 + i / 256);
        }
        return data;
    }
}
