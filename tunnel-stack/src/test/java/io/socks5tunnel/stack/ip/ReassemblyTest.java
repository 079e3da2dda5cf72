// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import static io.socks5tunnel.stack.fixture.DatagramWorld.SECOND;
import static io.socks5tunnel.stack.fixture.IpBytes.datagram;
import static io.socks5tunnel.stack.fixture.IpBytes.ip;
import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.stack.fixture.DatagramWorld;
import io.socks5tunnel.stack.fixture.IpBytes;
import io.socks5tunnel.stack.fixture.PacketBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReassemblyTest {
    private static final int[] CUTS = {0, 8, 24, 64, 72, 100};

    private final DatagramWorld world = new DatagramWorld();

    @AfterEach
    void nothingIsHeldOnceEverythingHasRunOut() {
        world.pass(61 * SECOND);
        assertThat(world.slabsHeld()).isZero();
        assertThat(world.stack.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Nested
    @Tag("T-RA-1")
    class Whole {
        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void fiveFragmentsInAnyOrderAreTheDatagram(boolean ipv4) {
            IpBytes datagram = datagram(ipv4, 92);
            for (int[] order : orders(5)) {
                for (int i : order) {
                    world.receive(datagram.fragment(CUTS[i], CUTS[i + 1]));
                }
                world.expectOnly(datagram);
            }
            assertThat(world.drops()).isZero();
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void aRepeatedFragmentAnywhereChangesNothing(boolean ipv4) {
            IpBytes datagram = datagram(ipv4, 92);
            int repeats = 0;
            for (int[] order : orders(5)) {
                for (int repeated = 0; repeated < 4; repeated++) {
                    for (int at = repeated + 1; at <= 4; at++) {
                        for (int i = 0; i < 5; i++) {
                            if (i == at) {
                                world.receive(datagram.fragment(CUTS[order[repeated]], CUTS[order[repeated] + 1]));
                            }
                            world.receive(datagram.fragment(CUTS[order[i]], CUTS[order[i] + 1]));
                        }
                        repeats++;
                        world.expectOnly(datagram);
                    }
                }
            }
            assertThat(world.drops(DropReason.IP_FRAGMENT_DUPLICATE)).isEqualTo(repeats);
            assertThat(world.drops()).isEqualTo(repeats);
        }

        @ParameterizedTest
        @CsvSource({"true, 65507", "false, 65527", "true, 1473", "false, 1453", "true, 1", "false, 8"})
        void everySizeFits(boolean ipv4, int length) {
            IpBytes datagram = datagram(ipv4, length);
            world.receiveInPieces(datagram, length < 100 ? 8 : 1448);
            world.expectOnly(datagram);
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void itsHeadersAreThoseOfAPacketThatWasNeverCut(boolean ipv4) {
            IpBytes datagram = datagram(ipv4, 500);
            world.receiveInPieces(datagram, 128);
            byte[] packet = world.arrived.getFirst().packet();
            byte[] expected = datagram.whole();
            if (ipv4) {
                // The identification stays; the header checksum follows.
                expected[4] = 0x12;
                expected[5] = 0x34;
                expected[6] = 0;
                expected[10] = packet[10];
                expected[11] = packet[11];
                assertThat(PacketBytes.naiveSum(Arrays.copyOf(packet, 20))).isEqualTo(0xffff);
            }
            assertThat(packet).isEqualTo(expected);
            world.arrived.clear();
        }

        @Test
        void extensionHeadersInFrontStayAndThoseBehindAreRead() {
            byte[] udp = datagram(false, 60).payload();
            byte[] behind = new byte[8 + udp.length];
            behind[0] = 17;
            behind[2] = 1;
            behind[3] = 4;
            System.arraycopy(udp, 0, behind, 8, udp.length);
            IpBytes datagram = ip(false).extension(60, "00 0104 00000000").carrying(60, behind);
            world.receive(datagram.fragment(40, behind.length));
            world.receive(datagram.fragment(0, 40));
            assertThat(world.arrived).singleElement().satisfies(arrived -> {
                assertThat(arrived.payload()).hasSize(60);
                assertThat(arrived.packet()).isEqualTo(datagram.whole());
            });
        }

        @Test
        void ipv4OptionsOfTheFirstFragmentStay() {
            IpBytes first = datagram(true, 60).options("01010101");
            IpBytes other = datagram(true, 60);
            world.receive(other.fragment(32, 68));
            world.receive(first.fragment(0, 32));
            assertThat(world.arrived).singleElement().satisfies(arrived -> {
                assertThat(arrived.payload()).hasSize(60);
                assertThat(arrived.packet()).hasSize(24 + 68);
            });
        }

        @Test
        void tcpInFragmentsIsASegment() {
            byte[] syn = PacketBytes.ipv4().flags(2).bytes();
            byte[] tcp = Arrays.copyOfRange(syn, 20, syn.length);
            IpBytes datagram = ip(true).carrying(6, tcp);
            world.receive(datagram.fragment(8, tcp.length));
            world.receive(datagram.fragment(0, 8));
            assertThat(world.opened).hasSize(1);
            assertThat(world.strays.getFirst()).hasSize(syn.length);
            world.stack.abortAll(world.now);
        }

        @Test
        void aWrongChecksumIsFoundInTheWhole() {
            byte[] udp = datagram(true, 60).payload();
            udp[50] ^= 1;
            IpBytes datagram = ip(true).carrying(17, udp);
            world.receiveInPieces(datagram, 32);
            assertThat(world.drops(DropReason.UDP_CHECKSUM)).isOne();
            assertThat(world.arrived).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void whatTheLinkPaddedIsLeftOut(boolean ipv4) {
            IpBytes datagram = datagram(ipv4, 60);
            world.receive(datagram.fragment(0, 32));
            byte[] last = datagram.fragment(32, 68);
            world.receive(Arrays.copyOf(last, last.length + 7));
            world.expectOnly(datagram);
        }

        @Test
        void manyInOneBurstAreAllKeptUntilItsEnd() {
            for (int id = 0; id < 150; id++) {
                IpBytes datagram = datagram(true, 60).id(id);
                world.receive(datagram.fragment(0, 32));
                world.receive(datagram.fragment(32, 68));
            }
            assertThat(world.arrived).hasSize(150);
            world.endBurst();
            assertThat(world.slabsHeld()).isZero();
        }
    }

    @Nested
    @Tag("T-RA-1")
    class OfSeveral {
        @Test
        void nothingIsLeftOfTheDatagramBefore() {
            IpBytes before = datagram(true, 92);
            world.receiveInPieces(before, 8);
            world.expectOnly(before);
            IpBytes after = datagram(true, 92).id(7);
            world.receive(after.fragment(0, 64));
            world.receive(after.fragment(0, 64));
            assertThat(world.drops(DropReason.IP_FRAGMENT_DUPLICATE)).isOne();
            world.receive(after.fragment(64, 100));
            world.expectOnly(after);
        }

        @Test
        void protocolsAreKeptApartOverIpv4Only() {
            IpBytes datagram = datagram(true, 60);
            world.receive(datagram.fragment(0, 32));
            world.receive(ip(true).carrying(6, new byte[100]).fragment(32, 68));
            assertThat(world.arrived).isEmpty();
            world.receive(datagram.fragment(32, 68));
            world.expectOnly(datagram);

            IpBytes ipv6 = datagram(false, 60);
            world.receive(ipv6.fragment(0, 32));
            // Only the first one's next header counts (RFC 8200 §4.5).
            world.receive(ip(false).carrying(6, ipv6.payload()).fragment(32, 68));
            world.expectOnly(ipv6);
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void sourcesDestinationsAndIdentificationsAreKeptApart(boolean ipv4) {
            List<IpBytes> datagrams = List.of(
                    datagram(ipv4, 60),
                    datagram(ipv4, 61).id(7),
                    ip(ipv4).source(ipv4 ? "10.0.0.3" : "fd00::3").udp(9, 53, new byte[62]),
                    ip(ipv4).destination(ipv4 ? "192.0.2.8" : "2001:db8::8").udp(9, 53, new byte[63]));
            for (IpBytes datagram : datagrams) {
                world.receive(datagram.fragment(0, 32));
            }
            for (IpBytes datagram : datagrams) {
                world.receive(datagram.fragment(32, datagram.payload().length));
                world.expectOnly(datagram);
            }
        }

        @ParameterizedTest
        @Tag("T-RA-6")
        @ValueSource(ints = {0, 1})
        void anAtomicFragmentIsNotMixedWithOthersOfItsIdentification(int isBefore) {
            IpBytes datagram = datagram(false, 60);
            IpBytes atomic = datagram(false, 20);
            byte[] alone = atomic.fragment(0, atomic.payload(), false);
            world.receive(isBefore == 1 ? alone : datagram.fragment(0, 32));
            world.receive(isBefore == 1 ? datagram.fragment(0, 32) : alone);
            assertThat(world.arrived)
                    .singleElement()
                    .satisfies(d -> assertThat(d.payload()).hasSize(20));
            world.arrived.clear();
            world.receive(datagram.fragment(32, 68));
            world.expectOnly(datagram);
        }
    }

    @Nested
    @Tag("T-RA-2")
    class Overlapping {
        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void byAnyBytesAnywhereEndsTheDatagramForGood(boolean ipv4) {
            IpBytes datagram = datagram(ipv4, 92);
            int cases = 0;
            for (int[] order : orders(5)) {
                for (int at = 1; at < 5; at++) {
                    int dropped = (int) world.drops();
                    // Eight bytes into the fragment before, or eight short of it: never the same range.
                    int overlapped = order[at - 1];
                    int from = Math.max(0, CUTS[overlapped] - 8);
                    int to = CUTS[overlapped] == 0 ? 16 : CUTS[overlapped] + 8;
                    for (int i = 0; i < 5; i++) {
                        if (i == at) {
                            world.receive(datagram.id(cases).fragment(from, to));
                        }
                        world.receive(datagram.id(cases).fragment(CUTS[order[i]], CUTS[order[i] + 1]));
                    }
                    cases++;
                    assertThat(world.arrived)
                            .as("order %s, overlap after %d", Arrays.toString(order), at)
                            .isEmpty();
                    assertThat(world.drops() - dropped).isEqualTo(6);
                }
            }
            assertThat(world.slabsHeld()).isZero();
            assertThat(world.drops(DropReason.IP_FRAGMENT_OVERLAP)).isEqualTo(6L * cases);
            assertThat(world.sent).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void theSameRangeWithOtherBytesIsNoRepetition(boolean ipv4) {
            IpBytes datagram = datagram(ipv4, 60);
            world.receive(datagram.fragment(0, 32));
            byte[] other = Arrays.copyOfRange(datagram.payload(), 0, 32);
            other[31] ^= 1;
            world.receive(datagram.fragment(0, other, true));
            world.receive(datagram.fragment(32, 68));
            assertThat(world.arrived).isEmpty();
            assertThat(world.drops(DropReason.IP_FRAGMENT_OVERLAP)).isEqualTo(3);
        }

        @Test
        void afterItsTimeTheIdentificationIsFreeAgain() {
            IpBytes datagram = datagram(true, 60);
            world.receive(datagram.fragment(0, 32));
            world.receive(datagram.fragment(24, 48));
            world.pass(29 * SECOND);
            world.receiveInPieces(datagram, 32);
            assertThat(world.arrived).isEmpty();
            world.pass(2 * SECOND);
            world.receiveInPieces(datagram, 32);
            world.expectOnly(datagram);
        }
    }

    @Nested
    class OnSeveralStacks {
        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void theHashLeadsAllFragmentsOfADatagramToOne(boolean ipv4) {
            world.isFragmentPassedOn = true;
            IpBytes datagram = datagram(ipv4, 92);
            DatagramWorld other = new DatagramWorld();
            for (int i = 0; i < 5; i++) {
                (i % 2 == 0 ? world : other).receive(datagram.fragment(CUTS[i], CUTS[i + 1]));
            }
            world.fragmentHashes.addAll(other.fragmentHashes);
            assertThat(world.fragmentHashes).hasSize(5).containsOnly(world.fragmentHashes.getFirst());
            assertThat(world.drops()).isZero();
            assertThat(world.slabsHeld()).isZero();
        }

        @Test
        void andSpreadsDatagrams() {
            for (int id = 0; id < 64; id++) {
                world.receive(datagram(true, 92).id(id).fragment(0, 24));
            }
            assertThat(world.fragmentHashes.stream().map(hash -> hash & 3).distinct())
                    .hasSize(4);
        }
    }

    @Test
    void atTheEndOfTheStackNothingIsHeld() {
        world.receive(datagram(true, 92).fragment(0, 24));
        world.receive(datagram(false, 92).fragment(0, 24));
        world.stack.abortAll(world.now);
        world.endBurst();
        assertThat(world.slabsHeld()).isZero();
    }

    private static List<int[]> orders(int count) {
        List<int[]> orders = new ArrayList<>();
        permute(new int[count], 0, 0, orders);
        return orders;
    }

    private static void permute(int[] order, int at, int used, List<int[]> into) {
        if (at == order.length) {
            into.add(order.clone());
            return;
        }
        for (int next = 0; next < order.length; next++) {
            if ((used & 1 << next) == 0) {
                order[at] = next;
                permute(order, at + 1, used | 1 << next, into);
            }
        }
    }
}
