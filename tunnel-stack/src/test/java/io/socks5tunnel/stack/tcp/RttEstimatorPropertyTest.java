// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/// Against the formulae of RFC 6298 in decimals.
@Tag("T-RT-1")
class RttEstimatorPropertyTest {
    private static final MathContext EXACT = MathContext.DECIMAL128;
    private static final BigDecimal FOUR = BigDecimal.valueOf(4);
    private static final BigDecimal EIGHT = BigDecimal.valueOf(8);

    @Property
    void averagesAndTimeOutFollowTheFormulae(
            @ForAll @Size(min = 1, max = 60) List<@LongRange(min = 1, max = 20_000_000_000L) Long> samples) {
        RttEstimator rtt = new RttEstimator(0, Long.MAX_VALUE);
        BigDecimal srtt = null;
        BigDecimal rttVar = BigDecimal.ZERO;
        for (long sample : samples) {
            BigDecimal r = BigDecimal.valueOf(sample);
            if (srtt == null) {
                srtt = r;
                rttVar = r.divide(BigDecimal.TWO, EXACT);
            } else {
                BigDecimal error = srtt.subtract(r).abs();
                rttVar = rttVar.multiply(BigDecimal.valueOf(3)).add(error).divide(FOUR, EXACT);
                srtt = srtt.multiply(BigDecimal.valueOf(7)).add(r).divide(EIGHT, EXACT);
            }
            rtt.onSample(sample, 0);

            BigDecimal rto = srtt.add(BigDecimal.valueOf(1_000_000).max(rttVar.multiply(FOUR)));
            assertThat(rtt.srttNanos()).isCloseTo(srtt.longValue(), within(2L));
            assertThat(rtt.rttVarNanos()).isCloseTo(rttVar.longValue(), within(2L));
            assertThat(rtt.rtoNanos()).isCloseTo(rto.longValue(), within(10L));
        }
    }

    @Property
    @Tag("T-RT-9")
    void anyHistoryLeavesATimeOutWithinBounds(@ForAll @Size(max = 60) List<Long> events) {
        RttEstimator rtt = new RttEstimator(200_000_000, 60_000_000_000L);
        for (long event : events) {
            if (event % 3 == 0) {
                rtt.onTimeout();
            } else {
                rtt.onSample(event, 1 + (int) (event & 0xff), event >>> 2);
            }
            assertThat(rtt.rtoNanos()).isBetween(200_000_000L, 60_000_000_000L);
            assertThat(rtt.srttNanos()).isNotNegative();
            assertThat(rtt.rttVarNanos()).isNotNegative();
            assertThat(rtt.minRttNanos()).isLessThanOrEqualTo(Math.max(0, rtt.latestRttNanos()));
        }
    }
}
