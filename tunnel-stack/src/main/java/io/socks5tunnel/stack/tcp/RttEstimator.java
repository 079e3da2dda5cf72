// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.stack.TimerWheel;

/// Round-trip time and retransmission time-out of one flow (RFC 6298), and the least round-trip time of the last
/// minutes for RACK (RFC 8985 §6.2). All times are ns. Confined to one shard.
///
/// Smoothed values are kept as fixed-point numbers with [#FRACTION_BITS] binary digits behind the point, so that
/// nothing is lost to rounding even at round trips of a few microseconds.
public final class RttEstimator {
    /// RTO before the first sample (RFC 6298 §2.1).
    public static final long INITIAL_RTO_NANOS = 1_000_000_000L;

    /// RTO at the start of data when the handshake had to be resent (RFC 6298 §5.7).
    public static final long RTO_AFTER_RESENT_HANDSHAKE_NANOS = 3_000_000_000L;

    /// How long a least round-trip time is remembered at least; at most it is twice that.
    public static final long MIN_RTT_WINDOW_NANOS = 150_000_000_000L;

    private static final int FRACTION_BITS = 8;
    private static final long MAX_SAMPLE_NANOS = 1L << 48;

    // RFC 6298 §2: alpha is 1/8, beta 1/4, K is 4, and G is what timers can resolve.
    private static final int SRTT_WEIGHT = 8;
    private static final int RTTVAR_WEIGHT = 4;
    private static final long GRANULARITY_NANOS = TimerWheel.DEFAULT_TICK_NANOS;

    private static final long NO_MINIMUM = Long.MAX_VALUE;

    private final long minRtoNanos;
    private final long maxRtoNanos;
    private long srttFixed;
    private long rttVarFixed;
    private long latestRttNanos;
    private boolean sampled;
    private long unbackedRtoNanos;
    private int backoffs;
    private long minOfThisWindow = NO_MINIMUM;
    private long minOfLastWindow = NO_MINIMUM;
    private long windowStartNanos;

    /// An estimator without samples.
    ///
    /// @param minRtoNanos floor of the RTO
    /// @param maxRtoNanos its ceiling, at least 60 s (RFC 6298 §2.4)
    public RttEstimator(long minRtoNanos, long maxRtoNanos) {
        if (minRtoNanos < 0 || maxRtoNanos < minRtoNanos) {
            throw new IllegalArgumentException("RTO from " + minRtoNanos + " to " + maxRtoNanos + " ns");
        }
        this.minRtoNanos = minRtoNanos;
        this.maxRtoNanos = maxRtoNanos;
        unbackedRtoNanos = clamped(INITIAL_RTO_NANOS);
    }

    /// A round trip took `rttNanos`, measured from a segment that was sent once, or by timestamps (Karn's algorithm
    /// is the caller's part). Ends the back-off.
    ///
    /// @param rttNanos less than 1 is taken as 1
    public void onSample(long rttNanos, long nowNanos) {
        onSample(rttNanos, 1, nowNanos);
    }

    /// The same, where a window of data gives `samplesPerRoundTrip` of them: each weighs less, so that the memory
    /// stays that of RFC 6298 (RFC 7323 appendix G).
    ///
    /// @param samplesPerRoundTrip at least 1
    public void onSample(long rttNanos, int samplesPerRoundTrip, long nowNanos) {
        long rtt = Math.clamp(rttNanos, 1, MAX_SAMPLE_NANOS);
        long fixed = rtt << FRACTION_BITS;
        if (sampled) {
            long error = fixed - srttFixed;
            rttVarFixed += (Math.abs(error) - rttVarFixed) / ((long) RTTVAR_WEIGHT * samplesPerRoundTrip);
            srttFixed += error / ((long) SRTT_WEIGHT * samplesPerRoundTrip);
        } else {
            srttFixed = fixed;
            rttVarFixed = fixed / 2;
            windowStartNanos = nowNanos;
            sampled = true;
        }
        latestRttNanos = rtt;
        backoffs = 0;
        unbackedRtoNanos = clamped(srttNanos() + Math.max(GRANULARITY_NANOS, 4 * rttVarNanos()));
        noteMinimum(rtt, nowNanos);
    }

    /// The retransmission timer ran out: doubles the RTO, up to its ceiling, until the next sample (RFC 6298 §5.5).
    public void onTimeout() {
        backoffs++;
    }

    /// The handshake has ended after its timer had run out: ends the back-off; unless there was a sample, data
    /// starts with an RTO of 3 s (RFC 6298 §5.7).
    public void onHandshakeTimeout() {
        backoffs = 0;
        if (!sampled) {
            unbackedRtoNanos = clamped(RTO_AFTER_RESENT_HANDSHAKE_NANOS);
        }
    }

    /// The time-out to arm now, back-off included.
    public long rtoNanos() {
        if (backoffs == 0) {
            return unbackedRtoNanos;
        }
        boolean beyondCeiling = backoffs >= Long.SIZE - 1 || unbackedRtoNanos > maxRtoNanos >> backoffs;
        return beyondCeiling ? maxRtoNanos : unbackedRtoNanos << backoffs;
    }

    /// Whether there was a sample.
    public boolean hasSample() {
        return sampled;
    }

    /// Smoothed round-trip time, or 0 before the first sample.
    public long srttNanos() {
        return rounded(srttFixed);
    }

    /// Its mean deviation, or 0 before the first sample.
    public long rttVarNanos() {
        return rounded(rttVarFixed);
    }

    /// The last sample, or 0.
    public long latestRttNanos() {
        return latestRttNanos;
    }

    /// The least sample of about the last five minutes, or 0.
    public long minRttNanos() {
        return sampled ? Math.min(minOfThisWindow, minOfLastWindow) : 0;
    }

    /// How often in a row the timer ran out.
    public int backoffs() {
        return backoffs;
    }

    // A route may become longer for good; a minimum that never ended would then have RACK mark too early for ever.
    private void noteMinimum(long rtt, long nowNanos) {
        long age = nowNanos - windowStartNanos;
        if (age >= MIN_RTT_WINDOW_NANOS) {
            minOfLastWindow = age < 2 * MIN_RTT_WINDOW_NANOS ? minOfThisWindow : NO_MINIMUM;
            minOfThisWindow = NO_MINIMUM;
            windowStartNanos = nowNanos;
        }
        minOfThisWindow = Math.min(minOfThisWindow, rtt);
    }

    private long clamped(long rtoNanos) {
        return Math.clamp(rtoNanos, minRtoNanos, maxRtoNanos);
    }

    private static long rounded(long fixed) {
        return fixed + (1 << FRACTION_BITS - 1) >> FRACTION_BITS;
    }
}
