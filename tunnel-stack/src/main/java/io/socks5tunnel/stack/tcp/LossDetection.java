// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import org.jspecify.annotations.Nullable;

/// Finds losses by time, RACK (RFC 8985 §6): what was sent before something that has arrived, and longer ago than
/// a round trip and some room for reordering, is lost. Confined to one shard.
///
/// Works on ranges, not segments: a super-segment counts as sent at one instant, its bytes in their order.
final class LossDetection {
    private static final long NONE = -1;
    private static final int DUPLICATE_THRESHOLD = 3;
    private static final int REORDERING_MEMORY_RECOVERIES = 16;

    private final Scoreboard scoreboard;
    private final RttEstimator rtt;

    /// Of all that arrived, what was sent last: when, and where it ended.
    private long latestSentNanos;
    private long latestEnd = NONE;
    private long latestRttNanos;
    private long highestArrived = NONE;
    private boolean isReorderingSeen;
    private int reorderingSteps = 1;
    private int reorderingMemory;

    /// Of all that was ever found lost, when the latest was sent.
    private long latestLossNanos = Long.MIN_VALUE;

    private long sampleNanos;
    private boolean isResentCovered;
    private long echoedSentNanos = TcpTimestamps.NO_TIME;

    LossDetection(Scoreboard scoreboard, RttEstimator rtt) {
        this.scoreboard = scoreboard;
        this.rtt = rtt;
    }

    /// Starts an acknowledgement.
    ///
    /// @param echoed when the segment that it echoes the timestamp of was sent at the latest, or
    ///     [TcpTimestamps#NO_TIME]
    void beginAck(long echoed) {
        echoedSentNanos = echoed;
        sampleNanos = NONE;
        isResentCovered = false;
    }

    /// Part of a record has arrived, from its start to `arrivedEnd`.
    void onArrived(TransmissionRecord record, long arrivedEnd, boolean isCumulative, long nowNanos) {
        long roundTrip = Math.max(1, nowNanos - record.sentNanos());
        if (record.isRetransmitted()) {
            isResentCovered |= isCumulative;
            boolean isEarlierCopy = echoedSentNanos != TcpTimestamps.NO_TIME
                    ? echoedSentNanos < record.sentNanos()
                    : roundTrip < rtt.minRttNanos();
            if (isEarlierCopy) {
                return;
            }
        } else {
            if (arrivedEnd < highestArrived) {
                isReorderingSeen = true;
            }
            if (isCumulative) {
                sampleNanos = Math.max(sampleNanos, roundTrip);
            }
        }
        highestArrived = Math.max(highestArrived, arrivedEnd);
        latestRttNanos = roundTrip;
        if (isSentAfter(record.sentNanos(), arrivedEnd, latestSentNanos, latestEnd)) {
            latestSentNanos = record.sentNanos();
            latestEnd = arrivedEnd;
        }
    }

    /// The longest round trip of what this acknowledgement newly covered, or -1 if any of that was sent twice
    /// (Karn): what a hole has held back tells how long the repair took, not how long the path is.
    long sampleNanos() {
        return isResentCovered ? NONE : sampleNanos;
    }

    /// The client received something twice: there was more reordering than allowed for, or a resend was needless.
    void onDuplicateReported() {
        reorderingSteps = Math.min(reorderingSteps + 1, 16);
        reorderingMemory = REORDERING_MEMORY_RECOVERIES;
    }

    /// A recovery has ended; after some without duplicates the room for reordering shrinks again.
    void onRecoveryEnded() {
        if (reorderingMemory > 0) {
            reorderingMemory--;
            if (reorderingMemory == 0) {
                reorderingSteps = 1;
            }
        }
    }

    /// Marks what is lost.
    ///
    /// @return how long until something else may count as lost, ns, or 0 if nothing waits
    long detect(boolean isRecovering, int segmentBytes, long nowNanos) {
        if (latestEnd == NONE) {
            return 0;
        }
        long room = latestRttNanos + reorderingRoomNanos(isRecovering, segmentBytes);
        long wait = 0;
        @Nullable TransmissionRecord record = scoreboard.oldestInFlight();
        while (record != null && isSentAfter(latestSentNanos, latestEnd, record.sentNanos(), record.end())) {
            TransmissionRecord younger = record.next();
            long left = record.sentNanos() + room - nowNanos;
            if (left <= 0) {
                latestLossNanos = Math.max(latestLossNanos, record.sentNanos());
                scoreboard.markLost(record);
            } else {
                wait = Math.max(wait, left);
            }
            record = younger;
        }
        return wait;
    }

    /// When the latest of all that was found lost by time was sent.
    long latestLossNanos() {
        return latestLossNanos;
    }

    private long reorderingRoomNanos(boolean isRecovering, int segmentBytes) {
        if (!isReorderingSeen
                && (isRecovering || scoreboard.sackedBytes() >= (long) DUPLICATE_THRESHOLD * segmentBytes)) {
            return 0;
        }
        return Math.min(reorderingSteps * (rtt.minRttNanos() / 4), rtt.srttNanos());
    }

    private static boolean isSentAfter(long sent, long end, long otherSent, long otherEnd) {
        return otherEnd == NONE || sent > otherSent || sent == otherSent && end > otherEnd;
    }
}
