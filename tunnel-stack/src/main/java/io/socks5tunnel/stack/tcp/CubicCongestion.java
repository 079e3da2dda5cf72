// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

/// The congestion window of one flow: CUBIC (RFC 9438) with slow start and an initial window of ten segments (RFC 6928),
/// counted in bytes. Confined to one shard.
///
/// The sender decides what was lost and when recovery ends; this class decides how much may be in flight.
public final class CubicCongestion {
    /// The window before any acknowledgement, segments (RFC 6928 §2).
    public static final int INITIAL_WINDOW_SEGMENTS = 10;

    /// A fresh flow's window.
    ///
    /// @param mssBytes what one segment carries, options taken off, bytes
    public CubicCongestion(int mssBytes) {}

    /// Bytes that may be in flight, at least one segment.
    public int windowBytes() {
        return 0;
    }

    /// Below this the window grows by slow start, bytes; [Integer#MAX_VALUE] before the first loss.
    public int slowStartThresholdBytes() {
        return Integer.MAX_VALUE;
    }

    /// Whether the window is below the threshold.
    public boolean isInSlowStart() {
        return true;
    }

    /// Newly acknowledged bytes, cumulatively or by SACK, outside of recovery from a loss. One call may stand for many
    /// segments.
    ///
    /// @param isWindowLimited whether the sender used its whole window in the last round trip; otherwise the window does
    ///     not grow (RFC 9438 §5.8)
    /// @param srttNanos smoothed round-trip time, or 0 if unknown
    public void onAck(int ackedBytes, boolean isWindowLimited, long srttNanos, long nowNanos) {}

    /// A loss was found that begins a new recovery; not for further losses of the same window of data.
    ///
    /// @param flightBytes bytes in flight when it was found
    public void onLoss(int flightBytes, long nowNanos) {}

    /// The retransmission timer ran out: one segment, and slow start from there. For repeated time-outs of the same
    /// data the threshold stays.
    public void onTimeout(int flightBytes, long nowNanos) {}

    /// The last [#onLoss] or [#onTimeout] was wrong, nothing was lost: goes back to before it (RFC 9438 §4.9).
    public void onSpuriousLoss() {}

    /// Nothing was sent for longer than an RTO: restarts from no more than the initial window (RFC 5681 §4.1).
    public void onIdleRestart(long nowNanos) {}

    /// The path's segment size changed; a smaller one does not shrink the window.
    public void mss(int newMssBytes) {}
}
