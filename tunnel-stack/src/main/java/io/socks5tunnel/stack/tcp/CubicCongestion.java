// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

/// The congestion window of one flow: CUBIC (RFC 9438) with slow start and an initial window of ten segments (RFC
/// 6928), counted in bytes. Confined to one shard.
///
/// The sender decides what was lost and when recovery ends; this class decides how much may be in flight. It reads
/// no clock: a flow that gives it the same calls gets the same windows.
///
/// Windows are whole bytes; what an acknowledgement adds is kept to the last fraction in a remainder. The cubic
/// curve itself, which needs a third root, is computed in `double`: its values stay below 2^53, where whole bytes
/// are exact, it is only ever compared with the window, and [StrictMath] gives the same bits on every machine.
///
/// One acknowledgement may stand for a whole super-segment. Unlike RFC 3465 §2.2 asks, slow start therefore counts
/// every byte of it, as Linux does: a limit of two segments per acknowledgement would stretch slow start
/// twentyfold.
public final class CubicCongestion {
    /// The window before any acknowledgement, segments (RFC 6928 §2).
    public static final int INITIAL_WINDOW_SEGMENTS = 10;

    /// The largest window, bytes: as large as TCP can announce one.
    public static final int MAX_WINDOW_BYTES = 1 << 30;

    // RFC 9438 §4.6 and §5.1: beta, C in segments per cubic second, and the growth of Reno with the same beta.
    private static final double BETA = 0.7;
    private static final double C = 0.4;
    private static final double ALPHA = 3 * (1 - BETA) / (1 + BETA);
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int MIN_THRESHOLD_SEGMENTS = 2;

    private int mss;
    private int window;
    private int threshold = Integer.MAX_VALUE;

    // The curve of this stretch of congestion avoidance; no stretch has begun while inEpoch is false.
    private boolean inEpoch;
    private long epochNanos;
    private long lastAckNanos;
    private double inflectionSeconds;
    private double maxWindow;
    private double renoWindow;
    private int windowBeforeReduction;
    private long growthRemainder;

    // After a time-out the curve begins at its inflection (RFC 9438 §4.8), as it does when slow start ends unhurt.
    private boolean startAtInflection = true;

    private boolean timedOutWithoutProgress;
    private boolean undoable;
    private int undoWindow;
    private int undoThreshold;
    private boolean undoInEpoch;
    private long undoEpochNanos;
    private double undoInflectionSeconds;
    private double undoMaxWindow;
    private double undoRenoWindow;
    private int undoWindowBeforeReduction;
    private boolean undoStartAtInflection;

    /// A fresh flow's window.
    ///
    /// @param mssBytes what one segment carries, options taken off, bytes
    public CubicCongestion(int mssBytes) {
        mss = Math.max(1, mssBytes);
        window = initialWindow();
    }

    /// Bytes that may be in flight, at least one segment.
    public int windowBytes() {
        return window;
    }

    /// Below this the window grows by slow start, bytes; [Integer#MAX_VALUE] before the first loss.
    public int slowStartThresholdBytes() {
        return threshold;
    }

    /// Whether the window is below the threshold.
    public boolean isInSlowStart() {
        return window < threshold;
    }

    /// An acknowledgement moved on, outside of recovery from a loss. One call may stand for many segments.
    ///
    /// @param ackedBytes newly acknowledged, bytes
    /// @param isWindowLimited whether the sender used its whole window in the last round trip; otherwise the window
    ///     does not grow (RFC 9438 §5.8)
    /// @param srttNanos smoothed round-trip time, or 0 if unknown
    public void onAck(int ackedBytes, boolean isWindowLimited, long srttNanos, long nowNanos) {
        timedOutWithoutProgress = false;
        if (!isWindowLimited) {
            pauseCurve(nowNanos);
            return;
        }
        int left = ackedBytes;
        if (isInSlowStart()) {
            int grown = Math.min(left, Math.min(threshold, MAX_WINDOW_BYTES) - window);
            window += grown;
            left -= grown;
        }
        if (left > 0 && !isInSlowStart()) {
            avoidCongestion(left, srttNanos, nowNanos);
        }
        lastAckNanos = nowNanos;
    }

    /// A loss was found that begins a new recovery; not for further losses of the same window of data.
    ///
    /// @param flightBytes bytes in flight when it was found
    public void onLoss(int flightBytes, long nowNanos) {
        reduce(flightBytes, nowNanos);
        window = Math.min(window, threshold);
        startAtInflection = false;
    }

    /// The retransmission timer ran out: one segment, and slow start from there. For repeated time-outs without an
    /// acknowledgement between them the threshold stays (RFC 5681 §3.1).
    ///
    /// @param flightBytes bytes in flight when it ran out
    public void onTimeout(int flightBytes, long nowNanos) {
        if (!timedOutWithoutProgress) {
            reduce(flightBytes, nowNanos);
        }
        timedOutWithoutProgress = true;
        window = mss;
        startAtInflection = true;
    }

    /// The last [#onLoss] or [#onTimeout] was wrong, nothing was lost: goes back to before it (RFC 9438 §4.9). Does
    /// nothing a second time.
    public void onSpuriousLoss() {
        if (!undoable) {
            return;
        }
        undoable = false;
        timedOutWithoutProgress = false;
        window = Math.max(window, undoWindow);
        threshold = undoThreshold;
        inEpoch = undoInEpoch;
        epochNanos = undoEpochNanos;
        inflectionSeconds = undoInflectionSeconds;
        maxWindow = undoMaxWindow;
        renoWindow = undoRenoWindow;
        growthRemainder = 0;
        windowBeforeReduction = undoWindowBeforeReduction;
        startAtInflection = undoStartAtInflection;
    }

    /// Nothing was sent for longer than an RTO: restarts from no more than the initial window (RFC 5681 §4.1), and
    /// remembers in the threshold how far it had come.
    public void onIdleRestart(long nowNanos) {
        if (window <= initialWindow()) {
            return;
        }
        threshold = Math.max(threshold, window / 4 * 3);
        window = initialWindow();
        inEpoch = false;
        lastAckNanos = nowNanos;
    }

    /// The path's segment size changed; a smaller one does not shrink the window (RFC 1191 §6.4).
    public void mss(int newMssBytes) {
        mss = Math.max(1, newMssBytes);
        window = Math.max(window, mss);
    }

    private int initialWindow() {
        return INITIAL_WINDOW_SEGMENTS * mss;
    }

    private void reduce(int flightBytes, long nowNanos) {
        remember();
        // Fast convergence: a flow that has less than last time leaves room to newer ones (RFC 9438 §4.7).
        maxWindow = window < maxWindow ? window * (1 + BETA) / 2 : window;
        windowBeforeReduction = window;
        threshold = Math.max((int) (flightBytes * 7L / 10), MIN_THRESHOLD_SEGMENTS * mss);
        inEpoch = false;
        lastAckNanos = nowNanos;
    }

    private void remember() {
        undoable = true;
        undoWindow = window;
        undoThreshold = threshold;
        undoInEpoch = inEpoch;
        undoEpochNanos = epochNanos;
        undoInflectionSeconds = inflectionSeconds;
        undoMaxWindow = maxWindow;
        undoRenoWindow = renoWindow;
        undoWindowBeforeReduction = windowBeforeReduction;
        undoStartAtInflection = startAtInflection;
    }

    // Time in which the application had nothing to send does not count for the curve (RFC 9438 §5.8).
    private void pauseCurve(long nowNanos) {
        if (inEpoch) {
            epochNanos += nowNanos - lastAckNanos;
        }
        lastAckNanos = nowNanos;
    }

    private void avoidCongestion(int ackedBytes, long srttNanos, long nowNanos) {
        if (!inEpoch) {
            beginEpoch(nowNanos);
        }
        int acked = Math.min(ackedBytes, window);
        double alpha = renoWindow < windowBeforeReduction ? ALPHA : 1;
        renoWindow += alpha * mss * acked / window;
        long sinceEpoch = nowNanos - epochNanos;
        if (curveAt(sinceEpoch) < renoWindow) {
            window = (int) Math.min(Math.max(window, renoWindow), MAX_WINDOW_BYTES);
            return;
        }
        double target = Math.clamp(curveAt(sinceEpoch + srttNanos), window, 1.5 * window);
        long growth = ((long) target - window) * acked + growthRemainder;
        growthRemainder = growth % window;
        window = (int) Math.min(window + growth / window, MAX_WINDOW_BYTES);
    }

    private void beginEpoch(long nowNanos) {
        inEpoch = true;
        epochNanos = nowNanos;
        growthRemainder = 0;
        renoWindow = window;
        if (startAtInflection || maxWindow < window) {
            maxWindow = window;
            inflectionSeconds = 0;
            startAtInflection = false;
        } else {
            inflectionSeconds = StrictMath.cbrt((maxWindow - window) / (C * mss));
        }
    }

    private double curveAt(long sinceEpochNanos) {
        double seconds = sinceEpochNanos / NANOS_PER_SECOND - inflectionSeconds;
        return C * mss * seconds * seconds * seconds + maxWindow;
    }
}
