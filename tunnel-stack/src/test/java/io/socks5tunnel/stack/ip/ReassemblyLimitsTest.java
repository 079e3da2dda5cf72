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
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is no part of any datagram, what comes too late, and what is too much.
class ReassemblyLimitsTest {
    private final DatagramWorld world = new DatagramWorld();

    @AfterEach
    void nothingIsHeldOnceEverythingHasRunOut() {
        world.pass(61 * SECOND);
        assertThat(world.slabsHeld()).isZero();
        assertThat(world.stack.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
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
            world.expectOnly(newest);
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
            world.expectOnly(newest);
        }

        @Test
        void withoutAnySlabTheFragmentIsDropped() {
            IpBytes datagram = datagram(true, 92);
            world.pool.limit(1);
            world.receive(datagram.fragment(0, 24));
            assertThat(world.drops(DropReason.BUFFERS_EXHAUSTED)).isOne();
        }
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
}
