// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import static io.socks5tunnel.stack.fixture.DatagramWorld.SECOND;
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
                assertOnlyArrived(datagram);
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
                        assertOnlyArrived(datagram);
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
            sendInPieces(datagram, length < 100 ? 8 : 1448);
            assertOnlyArrived(datagram);
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void itsHeadersAreThoseOfAPacketThatWasNeverCut(boolean ipv4) {
            IpBytes datagram = datagram(ipv4, 500);
            sendInPieces(datagram, 128);
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
            sendInPieces(datagram, 32);
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
            assertOnlyArrived(datagram);
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
            sendInPieces(before, 8);
            assertOnlyArrived(before);
            IpBytes after = datagram(true, 92).id(7);
            world.receive(after.fragment(0, 64));
            world.receive(after.fragment(0, 64));
            assertThat(world.drops(DropReason.IP_FRAGMENT_DUPLICATE)).isOne();
            world.receive(after.fragment(64, 100));
            assertOnlyArrived(after);
        }

        @Test
        void protocolsAreKeptApartOverIpv4Only() {
            IpBytes datagram = datagram(true, 60);
            world.receive(datagram.fragment(0, 32));
            world.receive(ip(true).carrying(6, new byte[100]).fragment(32, 68));
            assertThat(world.arrived).isEmpty();
            world.receive(datagram.fragment(32, 68));
            assertOnlyArrived(datagram);

            IpBytes ipv6 = datagram(false, 60);
            world.receive(ipv6.fragment(0, 32));
            // Only the first one's next header counts (RFC 8200 §4.5).
            world.receive(ip(false).carrying(6, ipv6.payload()).fragment(32, 68));
            assertOnlyArrived(ipv6);
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
                assertOnlyArrived(datagram);
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
            assertOnlyArrived(datagram);
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
            sendInPieces(datagram, 32);
            assertThat(world.arrived).isEmpty();
            world.pass(2 * SECOND);
            sendInPieces(datagram, 32);
            assertOnlyArrived(datagram);
        }
    }

    @Nested
    class Malformed {
        @Test
        @Tag("T-RA-3")
        void oneThatMoreFollowMustEndAtEightBytes() {
            world.receive(datagram(true, 60).fragment(0, 31));
            assertThat(world.sent).isEmpty();

            byte[] odd = datagram(false, 60).fragment(0, 31);
            world.receive(odd);
            assertThat(world.drops(DropReason.IP_FRAGMENT_MALFORMED)).isEqualTo(2);
            assertProblem(odd, 0, 4);
        }

        @Test
        @Tag("T-RA-4")
        void oneThatWouldMakeTheWholeTooLong() {
            world.receive(ip(true).carrying(17, new byte[8]).fragment(65_512, new byte[8], false));
            assertThat(world.sent).isEmpty();

            byte[] far = ip(false).carrying(17, new byte[8]).fragment(65_528, new byte[8], false);
            world.receive(far);
            assertThat(world.drops(DropReason.IP_FRAGMENT_MALFORMED)).isEqualTo(2);
            assertProblem(far, 0, 42);
        }

        @ParameterizedTest
        @Tag("T-RA-4")
        @CsvSource({"true, 65511", "false, 65527"})
        void theLastByteThatFitsIsTaken(boolean ipv4, int end) {
            int start = end - end % 8;
            world.receive(ip(ipv4).carrying(17, new byte[8]).fragment(start, new byte[end - start], false));
            assertThat(world.drops()).isZero();
            assertThat(world.slabsHeld()).isOne();
        }

        @Test
        @Tag("T-RA-4")
        void theFirstOnesHeadersCountForTheLength() {
            world.receive(ip(true).carrying(17, new byte[8]).fragment(65_504, new byte[11], false));
            world.receive(ip(true).options("01010101 01010101")
                    .carrying(17, new byte[8])
                    .fragment(0, new byte[8], true));
            assertThat(world.drops(DropReason.IP_FRAGMENT_OVERLAP)).isEqualTo(2);
        }

        @Test
        @Tag("T-RA-4")
        void alsoWhenTheyCameBefore() {
            IpBytes first = ip(true).options("01010101 01010101").carrying(17, new byte[8]);
            world.receive(first.fragment(0, new byte[8], true));
            world.receive(ip(true).carrying(17, new byte[8]).fragment(65_504, new byte[11], false));
            assertThat(world.drops(DropReason.IP_FRAGMENT_OVERLAP)).isEqualTo(2);
        }

        @ParameterizedTest
        @Tag("T-RA-4")
        @ValueSource(booleans = {true, false})
        void twoThatSayWhereItEndsAndDoNotAgree(boolean ipv4) {
            IpBytes datagram = datagram(ipv4, 60);
            world.receive(datagram.fragment(32, 68));
            world.receive(datagram.fragment(24, new byte[8], false));
            world.receive(datagram.fragment(0, 32));
            assertThat(world.arrived).isEmpty();
            assertThat(world.drops(DropReason.IP_FRAGMENT_OVERLAP)).isEqualTo(3);
        }

        @ParameterizedTest
        @CsvSource({"true, 72, true", "true, 72, false", "false, 72, true", "true, 64, true", "false, 64, true"})
        @Tag("T-RA-4")
        void oneBehindTheLastOrThatMoreFollowInItsPlace(boolean ipv4, int offset, boolean isMoreToCome) {
            IpBytes datagram = datagram(ipv4, 64);
            world.receive(datagram.fragment(64, 72));
            world.receive(datagram.fragment(offset, new byte[8], isMoreToCome));
            assertThat(world.drops(DropReason.IP_FRAGMENT_OVERLAP)).isEqualTo(2);
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void theSameRangeThatMoreFollowAndThatNoneFollow(boolean ipv4) {
            IpBytes datagram = datagram(ipv4, 92);
            world.receive(datagram.fragment(64, 72));
            world.receive(datagram.fragment(64, Arrays.copyOfRange(datagram.payload(), 64, 72), false));
            assertThat(world.drops(DropReason.IP_FRAGMENT_OVERLAP)).isEqualTo(2);
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void theLastOneInFrontOfWhatCameBefore(boolean ipv4) {
            IpBytes datagram = datagram(ipv4, 92);
            world.receive(datagram.fragment(64, 72));
            world.receive(datagram.fragment(24, new byte[8], false));
            assertThat(world.drops(DropReason.IP_FRAGMENT_OVERLAP)).isEqualTo(2);
        }

        @ParameterizedTest
        @CsvSource({"true, 0, true", "true, 8, false", "false, 0, true", "false, 8, false"})
        void anEmptyOne(boolean ipv4, int offset, boolean isMoreToCome) {
            world.receive(datagram(ipv4, 60).fragment(offset, new byte[0], isMoreToCome));
            assertThat(world.drops(DropReason.IP_FRAGMENT_MALFORMED)).isOne();
            assertThat(world.slabsHeld()).isZero();
        }

        @Test
        @Tag("T-RA-8")
        @Tag("T-IP-3")
        void aFirstOneOverIpv6WithoutAllHeaders() {
            byte[] segment = PacketBytes.ipv6().options("01010101").bytes();
            byte[] tcp = Arrays.copyOfRange(segment, 40, segment.length);
            byte[] tiny = ip(false).carrying(6, tcp).fragment(0, 16);
            world.receive(tiny);
            assertThat(world.drops(DropReason.IP_FRAGMENT_MALFORMED)).isOne();
            assertProblem(tiny, 3, 0);
            assertThat(world.slabsHeld()).isZero();
        }

        @Test
        @Tag("T-RA-8")
        void aTinyFirstOneOverIpv4IsReadInTheWholeOnly() {
            byte[] syn = PacketBytes.ipv4().flags(2).bytes();
            IpBytes datagram = ip(true).carrying(6, Arrays.copyOfRange(syn, 20, syn.length));
            world.receive(datagram.fragment(0, 8));
            assertThat(world.opened).isEmpty();
            world.receive(datagram.fragment(8, 20));
            assertThat(world.opened).hasSize(1);
            world.stack.abortAll(world.now);
        }

        @Test
        void fragmentsOfFragmentsAreRefused() {
            byte[] inner = new byte[48];
            inner[0] = 17;
            inner[3] = 1;
            IpBytes datagram = ip(false).carrying(44, inner);
            world.receive(datagram.fragment(0, 24));
            world.receive(datagram.fragment(24, 48));
            assertThat(world.drops(DropReason.IP_EXTENSION_REFUSED)).isOne();
            assertThat(world.arrived).isEmpty();
        }
    }

    @Nested
    @Tag("T-RA-5")
    class InTime {
        @ParameterizedTest
        @CsvSource({"true, 30, 11", "false, 60, 3"})
        void theSenderIsToldIfTheFirstIsThere(boolean ipv4, int seconds, int type) {
            IpBytes datagram = datagram(ipv4, 92);
            byte[] first = datagram.fragment(0, 24);
            world.receive(datagram.fragment(72, 100));
            world.receive(first);
            world.pass(seconds * SECOND - 1);
            assertThat(world.sent).isEmpty();
            assertThat(world.slabsHeld()).isOne();

            world.pass(1);
            int headerLength = ipv4 ? 20 : 40;
            byte[] error = world.onlySent();
            assertThat(error[headerLength]).isEqualTo((byte) type);
            assertThat(error[headerLength + 1]).isEqualTo((byte) 1);
            assertThat(Arrays.copyOfRange(error, headerLength + 8, error.length))
                    .isEqualTo(first);
            assertThat(world.drops(DropReason.IP_REASSEMBLY_TIMEOUT)).isEqualTo(2);
        }

        @ParameterizedTest
        @CsvSource({"true, 30", "false, 60"})
        void withoutTheFirstNobodyIsTold(boolean ipv4, int seconds) {
            world.receive(datagram(ipv4, 92).fragment(24, 72));
            world.pass(seconds * SECOND);
            assertThat(world.sent).isEmpty();
            assertThat(world.drops(DropReason.IP_REASSEMBLY_TIMEOUT)).isOne();
        }

        @ParameterizedTest
        @CsvSource({"true, 30", "false, 60"})
        void theTimeRunsFromTheFragmentThatCameFirst(boolean ipv4, int seconds) {
            IpBytes datagram = datagram(ipv4, 92);
            world.receive(datagram.fragment(0, 24));
            world.pass((seconds - 1) * SECOND);
            world.receive(datagram.fragment(24, 72));
            world.pass(SECOND);
            world.receive(datagram.fragment(72, 100));
            assertThat(world.arrived).isEmpty();
            assertThat(world.drops(DropReason.IP_REASSEMBLY_TIMEOUT)).isEqualTo(2);
        }

        @Test
        void anIdleStackHasNoDeadline() {
            IpBytes datagram = datagram(true, 92);
            world.receive(datagram.fragment(0, 24));
            assertThat(world.stack.nextDeadlineNanos()).isEqualTo(world.now + 30 * SECOND);
            world.receive(datagram.fragment(24, 100));
            assertThat(world.stack.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
        }
    }

    @Nested
    @Tag("T-RA-7")
    class Full {
        @Test
        void oneSourceCanFillHalfOfIt() {
            for (int id = 0; id < 100; id++) {
                world.receive(datagram(true, 92).id(id).fragment(0, 24));
            }
            assertThat(world.slabsHeld()).isEqualTo(Reassembly.MAX_SLABS_PER_SOURCE);
            assertThat(world.drops(DropReason.IP_REASSEMBLY_FULL)).isEqualTo(100 - Reassembly.MAX_SLABS_PER_SOURCE);

            IpBytes newest = datagram(true, 92).id(99);
            world.receive(newest.fragment(24, 100));
            assertOnlyArrived(newest);
        }

        @Test
        void allSourcesTogetherPushOutTheOldest() {
            for (int i = 0; i < 100; i++) {
                world.receive(
                        ip(true).source("10.0.1." + i).udp(9, 53, new byte[92]).fragment(0, 24));
            }
            assertThat(world.slabsHeld()).isEqualTo(Reassembly.MAX_SLABS);
            for (int i = 0; i < 100; i++) {
                world.receive(
                        ip(true).source("10.0.1." + i).udp(9, 53, new byte[92]).fragment(24, 100));
            }
            assertThat(world.arrived.size()).isLessThanOrEqualTo(Reassembly.MAX_SLABS);
            assertThat(world.slabsHeld() - world.arrived.size()).isLessThanOrEqualTo(Reassembly.MAX_SLABS);
            assertThat(world.drops() + 2L * world.arrived.size() + world.slabsHeld() - world.arrived.size())
                    .isEqualTo(200);
        }

        @Test
        void whatIsRememberedIsBoundedToo() {
            for (int id = 0; id < 1_000; id++) {
                world.receive(datagram(true, 92).id(id).fragment(0, 24));
                world.receive(datagram(true, 92).id(id).fragment(8, 32));
            }
            assertThat(world.slabsHeld()).isZero();
            // The oldest is forgotten: its identification begins anew.
            world.receive(datagram(true, 92).id(0).fragment(0, 24));
            assertThat(world.slabsHeld()).isOne();
            world.receive(datagram(true, 92).id(999).fragment(40, 48));
            assertThat(world.drops(DropReason.IP_FRAGMENT_OVERLAP)).isEqualTo(2_001);
        }

        @Test
        void withoutSlabsTheNewestTakesThatOfTheOldest() {
            world.pool.limit(2);
            world.receive(datagram(true, 92).id(1).fragment(0, 24));
            world.receive(datagram(true, 92).id(2).fragment(0, 24));
            assertThat(world.slabsHeld()).isOne();
            assertThat(world.drops(DropReason.IP_REASSEMBLY_FULL)).isOne();
            IpBytes newest = datagram(true, 92).id(2);
            world.receive(newest.fragment(24, 100));
            assertOnlyArrived(newest);
        }

        @Test
        void withoutAnySlabTheFragmentIsDropped() {
            IpBytes datagram = datagram(true, 92);
            world.pool.limit(1);
            world.receive(datagram.fragment(0, 24));
            assertThat(world.drops(DropReason.BUFFERS_EXHAUSTED)).isOne();
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

    private static IpBytes datagram(boolean ipv4, int length) {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) (i * 13 + i / 256);
        }
        return ip(ipv4).udp(4_000, 53, data);
    }

    private void sendInPieces(IpBytes datagram, int size) {
        int length = datagram.payload().length;
        for (int from = 0; from < length; from += size) {
            world.receive(datagram.fragment(from, Math.min(length, from + size)));
        }
    }

    private void assertOnlyArrived(IpBytes datagram) {
        byte[] udp = datagram.payload();
        assertThat(world.arrived).hasSize(1);
        assertThat(world.arrived.getFirst().payload()).isEqualTo(Arrays.copyOfRange(udp, 8, udp.length));
        world.arrived.clear();
    }

    private void assertProblem(byte[] about, int code, int pointer) {
        byte[] error = world.onlySent();
        assertThat(error[6]).isEqualTo((byte) 58);
        assertThat(error[40]).isEqualTo((byte) 4);
        assertThat(error[41]).isEqualTo((byte) code);
        assertThat(java.nio.ByteBuffer.wrap(error).getInt(44)).isEqualTo(pointer);
        assertThat(Arrays.copyOfRange(error, 48, error.length)).isEqualTo(about);
        assertThat(PacketBytes.isTransportChecksumRight(error)).isTrue();
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
