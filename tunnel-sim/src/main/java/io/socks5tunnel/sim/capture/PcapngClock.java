// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

/// How an interface of pcapng counts time: in units of a power of ten or of two, from a moment of its own.
///
/// @param resolution `if_tsresol`: the exponent, negated; of two if the highest bit is set, otherwise of ten
/// @param offsetSeconds `if_tsoffset`: seconds since 1970 at which the count is 0
record PcapngClock(byte resolution, long offsetSeconds) {
    /// What holds where a file says nothing.
    static final PcapngClock MICROSECONDS = new PcapngClock((byte) 6, 0);

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final int NANOSECONDS = 9;
    /// 10^19 is the greatest power of ten in 64 bits.
    private static final int MAX_POWER_OF_TEN = 19;

    /// Nanoseconds since 1970; times outside of what a `long` of nanoseconds can tell become its end.
    ///
    /// @param ticks units since the offset, unsigned
    long nanos(long ticks) {
        long sinceOffset = (resolution & 0x80) != 0 ? binary(ticks, resolution & 0x7f) : decimal(ticks, resolution);
        long offsetNanos = saturatedProduct(offsetSeconds, NANOS_PER_SECOND);
        long sum = sinceOffset + offsetNanos;
        // sinceOffset is not negative, so that only a positive offset can lead beyond the end
        return offsetNanos > 0 && sum < 0 ? Long.MAX_VALUE : sum;
    }

    private static long decimal(long ticks, int exponent) {
        if (exponent <= NANOSECONDS) {
            long factor = powerOfTen(NANOSECONDS - exponent);
            boolean isTooGreat = ticks < 0 || Math.multiplyHigh(ticks, factor) != 0 || ticks * factor < 0;
            return isTooGreat ? Long.MAX_VALUE : ticks * factor;
        }
        if (exponent - NANOSECONDS > MAX_POWER_OF_TEN) {
            return 0;
        }
        return Long.divideUnsigned(ticks, powerOfTen(exponent - NANOSECONDS));
    }

    private static long binary(long ticks, int exponent) {
        long high = Math.unsignedMultiplyHigh(ticks, NANOS_PER_SECOND);
        long low = ticks * NANOS_PER_SECOND;
        if (exponent >= Long.SIZE) {
            return exponent - Long.SIZE >= Long.SIZE ? 0 : high >>> exponent - Long.SIZE;
        }
        boolean isTooGreat = high >>> exponent != 0;
        long shifted = exponent == 0 ? low : high << Long.SIZE - exponent | low >>> exponent;
        return isTooGreat || shifted < 0 ? Long.MAX_VALUE : shifted;
    }

    /// Right up to 10^19, which as a `long` is negative: to be read as unsigned.
    private static long powerOfTen(int exponent) {
        long power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= 10;
        }
        return power;
    }

    private static long saturatedProduct(long a, long b) {
        long high = Math.multiplyHigh(a, b);
        long low = a * b;
        if (high == low >> Long.SIZE - 1) {
            return low;
        }
        return high < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
}
