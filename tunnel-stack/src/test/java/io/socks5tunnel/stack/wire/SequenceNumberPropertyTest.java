// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/// Against numbers that do not wrap: the circle is unrolled around `a`.
@Tag("T-AC-1")
class SequenceNumberPropertyTest {
    private static final BigInteger CIRCLE = BigInteger.ONE.shiftLeft(32);

    @Property
    void orderIsThatOfTheUnrolledNumbers(@ForAll int a, @ForAll @IntRange(min = -0x7fff_ffff) int distance) {
        BigInteger unrolledA = unsigned(a);
        BigInteger unrolledB = unrolledA.add(BigInteger.valueOf(distance));
        int b = unrolledB.mod(CIRCLE).intValue();
        int order = unrolledA.compareTo(unrolledB);

        assertThat(SequenceNumber.isBefore(a, b)).isEqualTo(order < 0);
        assertThat(SequenceNumber.isAtOrBefore(a, b)).isEqualTo(order <= 0);
        assertThat(SequenceNumber.isAfter(a, b)).isEqualTo(order > 0);
        assertThat(SequenceNumber.isAtOrAfter(a, b)).isEqualTo(order >= 0);
        assertThat(SequenceNumber.max(a, b)).isEqualTo(order < 0 ? b : a);
        assertThat(SequenceNumber.min(a, b)).isEqualTo(order < 0 ? a : b);
        assertThat(SequenceNumber.distance(a, b)).isEqualTo(distance);
    }

    @Property
    void windowIsAnInterval(@ForAll int seq, @ForAll int left, @ForAll int window) {
        BigInteger offset = unsigned(seq).subtract(unsigned(left)).mod(CIRCLE);

        assertThat(SequenceNumber.isInWindow(seq, left, window)).isEqualTo(offset.compareTo(unsigned(window)) < 0);
    }

    private static BigInteger unsigned(int value) {
        return BigInteger.valueOf(Integer.toUnsignedLong(value));
    }
}
