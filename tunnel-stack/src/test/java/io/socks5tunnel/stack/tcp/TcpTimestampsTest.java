// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.stack.fixture.Inbound;
import io.socks5tunnel.stack.fixture.PacketBytes;
import io.socks5tunnel.stack.fixture.TcpCheck;
import io.socks5tunnel.stack.wire.SegmentView;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Our clock, and what the client's tells (RFC 7323 §3 to §5): T-TS-1 to T-TS-6.
class TcpTimestampsTest {
    private static final long NOW = 77_000_000_000L;
    private static final long MILLI = 1_000_000;
    private static final long MAX_AGE = 24L * 24 * 3600 * 1_000_000_000L;
    private static final int OFFSET = 123;
    private static final int RECENT = 5_000;

    private static TcpTimestamps timestamps() {
        return new TcpTimestamps(true, OFFSET, RECENT, NOW);
    }

    private static SegmentView segment(int tsVal) {
        return view("0101080a%08x00000000".formatted(tsVal));
    }

    private static SegmentView withoutOption() {
        return view("");
    }

    private static SegmentView view(String options) {
        var view = new SegmentView();
        byte[] bytes = PacketBytes.ipv4().options(options).bytes();
        assertThat(new TcpCheck().check(new Inbound().packet(bytes), view)).isNull();
        return view;
    }

    @Nested
    class OurClock {
        @Test
        void ticksOnceAMillisecondFromItsOffset() {
            TcpTimestamps timestamps = timestamps();
            assertThat(timestamps.value(NOW)).isEqualTo(77_000 + OFFSET);
            assertThat(timestamps.value(NOW + MILLI - 1)).isEqualTo(77_000 + OFFSET);
            assertThat(timestamps.value(NOW + MILLI)).isEqualTo(77_001 + OFFSET);
            assertThat(timestamps.value(-1)).isEqualTo(OFFSET - 1);
        }

        /// The last nanosecond at which the value was sent.
        @Test
        void tellsWhenAnEchoedValueWasSentAtTheLatest() {
            TcpTimestamps timestamps = timestamps();
            long now = NOW + MILLI / 2;
            assertThat(timestamps.sentAtTheLatest(77_000 + OFFSET, now)).isEqualTo(NOW + MILLI - 1);
            assertThat(timestamps.sentAtTheLatest(76_995 + OFFSET, now)).isEqualTo(NOW - 4 * MILLI - 1);
        }

        @ParameterizedTest
        @Tag("T-TS-6")
        @ValueSource(ints = {Integer.MAX_VALUE - 77_000, -77_000, 0})
        void tellsSoAcrossTheWrapOfTheValues(int offset) {
            var timestamps = new TcpTimestamps(true, offset, RECENT, NOW);
            for (int ago = 0; ago < 5; ago++) {
                int echoed = timestamps.value(NOW + (2 - ago) * MILLI);
                assertThat(timestamps.sentAtTheLatest(echoed, NOW + 2 * MILLI)).isEqualTo(NOW + (3 - ago) * MILLI - 1);
            }
        }
    }

    @Nested
    class TheLastOneAccepted {
        @Test
        @Tag("T-TS-4")
        void makesOnlyLowerOnesOld() {
            TcpTimestamps timestamps = timestamps();
            assertThat(timestamps.isOld(segment(RECENT - 1), NOW)).isTrue();
            assertThat(timestamps.isOld(segment(RECENT), NOW)).isFalse();
            assertThat(timestamps.isOld(segment(RECENT + 1), NOW)).isFalse();
        }

        @Test
        @Tag("T-CL-8")
        void makesOnlyHigherOnesNewer() {
            TcpTimestamps timestamps = timestamps();
            assertThat(timestamps.isNewer(segment(RECENT - 1))).isFalse();
            assertThat(timestamps.isNewer(segment(RECENT))).isFalse();
            assertThat(timestamps.isNewer(segment(RECENT + 1))).isTrue();
        }

        @Test
        @Tag("T-TS-6")
        void isComparedAcrossTheWrap() {
            var timestamps = new TcpTimestamps(true, OFFSET, Integer.MAX_VALUE, NOW);
            assertThat(timestamps.isOld(segment(Integer.MIN_VALUE), NOW)).isFalse();
            assertThat(timestamps.isNewer(segment(Integer.MIN_VALUE))).isTrue();
            timestamps.accept(segment(Integer.MIN_VALUE), NOW);
            assertThat(timestamps.isOld(segment(Integer.MAX_VALUE), NOW)).isTrue();
        }

        @Test
        @Tag("T-TS-3")
        void isEchoedAndReplacedByHigherOnesOnly() {
            TcpTimestamps timestamps = timestamps();
            timestamps.accept(segment(RECENT + 7), NOW);
            assertThat(timestamps.recent()).isEqualTo(RECENT + 7);
            timestamps.accept(segment(RECENT + 6), NOW);
            assertThat(timestamps.recent()).isEqualTo(RECENT + 7);
        }

        @Test
        void staysWhereASegmentHasNone() {
            TcpTimestamps timestamps = timestamps();
            timestamps.accept(withoutOption(), NOW + 2 * MAX_AGE);
            assertThat(timestamps.recent()).isEqualTo(RECENT);
            assertThat(timestamps.isOld(segment(RECENT - 1), NOW + 2 * MAX_AGE)).isFalse();
        }

        @Test
        @Tag("T-TS-5")
        void isBelievedForTwentyFourDaysAndNoLonger() {
            TcpTimestamps timestamps = timestamps();
            assertThat(timestamps.isOld(segment(RECENT - 1), NOW + MAX_AGE - 1)).isTrue();
            assertThat(timestamps.isOld(segment(RECENT - 1), NOW + MAX_AGE)).isFalse();
        }

        @Test
        @Tag("T-TS-5")
        void givesWayToALowerOneAfterTwentyFourDays() {
            TcpTimestamps timestamps = timestamps();
            timestamps.accept(segment(RECENT - 100), NOW + MAX_AGE - 1);
            assertThat(timestamps.recent()).isEqualTo(RECENT);
            timestamps.accept(segment(RECENT - 100), NOW + MAX_AGE);
            assertThat(timestamps.recent()).isEqualTo(RECENT - 100);
            assertThat(timestamps.isOld(segment(RECENT - 101), NOW + 2 * MAX_AGE - 1))
                    .isTrue();
        }

        /// A client whose clock ticks slowly sends the same one for long.
        @Test
        @Tag("T-TS-5")
        void countsItsDaysFromTheLastSegmentThatCarriedIt() {
            TcpTimestamps timestamps = timestamps();
            timestamps.accept(segment(RECENT), NOW + MAX_AGE / 2);
            assertThat(timestamps.isOld(segment(RECENT - 1), NOW + MAX_AGE)).isTrue();
            assertThat(timestamps.isOld(segment(RECENT - 1), NOW + MAX_AGE / 2 + MAX_AGE))
                    .isFalse();
        }
    }

    @Test
    void aSegmentWithoutTheOptionIsNeverOld() {
        assertThat(timestamps().isOld(withoutOption(), NOW)).isFalse();
    }

    @Test
    @Tag("T-TS-1")
    void whereTheyWereNotAgreedNothingIsOld() {
        var unused = new TcpTimestamps(false, OFFSET, RECENT, NOW);
        assertThat(unused.isUsed()).isFalse();
        assertThat(timestamps().isUsed()).isTrue();
        assertThat(unused.isOld(segment(RECENT - 1), NOW)).isFalse();
    }
}
