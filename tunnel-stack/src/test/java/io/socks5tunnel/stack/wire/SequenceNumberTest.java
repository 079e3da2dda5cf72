// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SequenceNumberTest {
    @Nested
    class AcrossTheWrap {
        @Test
        void theNumberAfterTheLargestComesLater() {
            assertThat(SequenceNumber.isBefore(0xffff_ffff, 0)).isTrue();
            assertThat(SequenceNumber.isAfter(0, 0xffff_ffff)).isTrue();
            assertThat(SequenceNumber.isBefore(0, 0xffff_ffff)).isFalse();
        }

        @Test
        void theSignBitIsNoBorder() {
            assertThat(SequenceNumber.isBefore(0x7fff_ffff, 0x8000_0000)).isTrue();
            assertThat(SequenceNumber.isAfter(0x8000_0000, 0x7fff_ffff)).isTrue();
        }

        @Test
        void maximumAndMinimumFollowTheCircle() {
            assertThat(SequenceNumber.max(0xffff_fff0, 0x10)).isEqualTo(0x10);
            assertThat(SequenceNumber.min(0xffff_fff0, 0x10)).isEqualTo(0xffff_fff0);
        }

        @Test
        void distanceIsSigned() {
            assertThat(SequenceNumber.distance(0xffff_fff0, 0x10)).isEqualTo(0x20);
            assertThat(SequenceNumber.distance(0x10, 0xffff_fff0)).isEqualTo(-0x20);
        }
    }

    @Nested
    class OfTheSameNumber {
        @Test
        void neitherIsBeforeNorAfter() {
            assertThat(SequenceNumber.isBefore(7, 7)).isFalse();
            assertThat(SequenceNumber.isAfter(7, 7)).isFalse();
            assertThat(SequenceNumber.isAtOrBefore(7, 7)).isTrue();
            assertThat(SequenceNumber.isAtOrAfter(7, 7)).isTrue();
        }
    }

    @Nested
    @Tag("T-AC-1")
    class InWindow {
        @Test
        void edgesAreInsideOnTheLeftAndOutsideOnTheRight() {
            int left = 0xffff_fffe;
            assertThat(SequenceNumber.isInWindow(left - 1, left, 4)).isFalse();
            assertThat(SequenceNumber.isInWindow(left, left, 4)).isTrue();
            assertThat(SequenceNumber.isInWindow(left + 3, left, 4)).isTrue();
            assertThat(SequenceNumber.isInWindow(left + 4, left, 4)).isFalse();
        }

        @Test
        void nothingIsInsideAnEmptyOne() {
            assertThat(SequenceNumber.isInWindow(5, 5, 0)).isFalse();
        }
    }
}
