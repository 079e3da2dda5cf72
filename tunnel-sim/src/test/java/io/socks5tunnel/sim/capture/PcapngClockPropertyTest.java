// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// The clock against the same sum with numbers of any size.
class PcapngClockPropertyTest {
    private static final BigInteger BILLION = BigInteger.valueOf(1_000_000_000);
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);

    @Property(tries = 5_000)
    void timesAreRightOrAtTheEndOfTheRange(@ForAll byte resolution, @ForAll long offset, @ForAll long ticks) {
        assertThat(new PcapngClock(resolution, offset).nanos(ticks)).isEqualTo(expected(resolution, offset, ticks));
    }

    @Property(tries = 2_000)
    void smallTimesAreRight(@ForAll byte resolution, @ForAll short offset, @ForAll int ticks) {
        assertThat(new PcapngClock(resolution, offset).nanos(ticks)).isEqualTo(expected(resolution, offset, ticks));
    }

    private static long expected(byte resolution, long offset, long ticks) {
        BigInteger base = BigInteger.valueOf(resolution < 0 ? 2 : 10);
        BigInteger perSecond = base.pow(resolution & 0x7f);
        BigInteger count = new BigInteger(Long.toUnsignedString(ticks));
        // both parts are brought into the range before they are added
        BigInteger since = count.multiply(BILLION).divide(perSecond).min(MAX);
        BigInteger from = BigInteger.valueOf(offset).multiply(BILLION).min(MAX).max(MIN);
        return since.add(from).min(MAX).longValueExact();
    }
}
