// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

/// Round-trip time and retransmission time-out of one flow (RFC 6298), and the least round-trip time of the last minutes
/// for RACK (RFC 8985). All times are ns. Confined to one shard.
public final class RttEstimator {
    /// RTO before the first sample (RFC 6298 §2.1).
    public static final long INITIAL_RTO_NANOS = 1_000_000_000L;

    /// An estimator without samples.
    ///
    /// @param minRtoNanos floor of the RTO
    /// @param maxRtoNanos its ceiling, at least 60 s (RFC 6298 §2.4)
    public RttEstimator(long minRtoNanos, long maxRtoNanos) {}

    /// A round trip took `rttNanos`, measured from a segment that was sent once, or by timestamps (Karn's algorithm is
    /// the caller's part). Ends the back-off.
    ///
    /// @param rttNanos less than 1 is taken as 1
    public void onSample(long rttNanos, long nowNanos) {}

    /// The same, where a window of data gives `samplesPerRoundTrip` of them: each weighs less, so that the memory stays
    /// that of RFC 6298 (RFC 7323 appendix G).
    public void onSample(long rttNanos, int samplesPerRoundTrip, long nowNanos) {}

    /// The retransmission timer ran out: doubles the RTO, up to its ceiling.
    public void onTimeout() {}

    /// Forward progress without a usable sample: ends the back-off, keeps the estimate.
    public void onProgress() {}

    /// The SYN-ACK had to be resent: unless a sample says otherwise, data starts with 3 s (RFC 6298 §5.7).
    public void onHandshakeTimeout() {}

    /// The time-out to arm now, back-off included.
    public long rtoNanos() {
        return INITIAL_RTO_NANOS;
    }

    /// Whether there was a sample.
    public boolean hasSample() {
        return false;
    }

    /// Smoothed round-trip time, or 0 before the first sample.
    public long srttNanos() {
        return 0;
    }

    /// Its mean deviation, or 0 before the first sample.
    public long rttVarNanos() {
        return 0;
    }

    /// The last sample, or 0.
    public long latestRttNanos() {
        return 0;
    }

    /// The least sample of about the last five minutes, or 0.
    public long minRttNanos() {
        return 0;
    }

    /// How often in a row the timer ran out.
    public int backoffs() {
        return 0;
    }
}
