// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.stack.wire.SegmentView;

/// Timestamps of one connection (RFC 7323 §3 to §5): our clock, what to echo, and the check against old segments.
/// Confined to one shard.
final class TcpTimestamps {
    /// Where no timestamp tells a time.
    static final long NO_TIME = Long.MIN_VALUE;

    /// Our clock ticks once a millisecond: within the range of RFC 7323 §5.4.
    private static final long TICK_NANOS = 1_000_000;
    /// After this long without a segment what to echo is not believed any more (RFC 7323 §5.5): 24 days.
    private static final long MAX_AGE_NANOS = 24L * 24 * 3600 * 1_000_000_000L;

    private final boolean isUsed;
    private final int offset;
    private int recent;
    private long recentNanos;

    /// @param offset added to the clock, secret and the same for every connection of the same key
    /// @param firstRecent TSval of the client's SYN
    TcpTimestamps(boolean isUsed, int offset, int firstRecent, long nowNanos) {
        this.isUsed = isUsed;
        this.offset = offset;
        this.recent = firstRecent;
        this.recentNanos = nowNanos;
    }

    boolean isUsed() {
        return isUsed;
    }

    /// TSval of a segment sent now.
    int value(long nowNanos) {
        return (int) Math.floorDiv(nowNanos, TICK_NANOS) + offset;
    }

    /// TSecr to send: TS.Recent.
    int recent() {
        return recent;
    }

    /// When a segment that carried `value` was sent at the latest.
    long sentAtTheLatest(int value, long nowNanos) {
        int ticksAgo = value(nowNanos) - value;
        return (Math.floorDiv(nowNanos, TICK_NANOS) - ticksAgo) * TICK_NANOS + TICK_NANOS - 1;
    }

    /// Whether the segment is older than one that was accepted (RFC 7323 §5.3). A segment without the option
    /// passes: RFC 7323 §3.2 lets it be dropped, but middleboxes strip options from the third segment on.
    boolean isOld(SegmentView segment, long nowNanos) {
        return isUsed
                && segment.hasTimestamps()
                && segment.tsVal() - recent < 0
                && nowNanos - recentNanos < MAX_AGE_NANOS;
    }

    /// Whether the segment's timestamp is above the last one accepted.
    boolean isNewer(SegmentView segment) {
        return segment.tsVal() - recent > 0;
    }

    /// Remembers the segment's timestamp (RFC 7323 §4.3); the caller has checked that it is acceptable and begins
    /// at or before the last acknowledgement that was sent.
    void accept(SegmentView segment, long nowNanos) {
        if (segment.hasTimestamps() && (segment.tsVal() - recent >= 0 || nowNanos - recentNanos >= MAX_AGE_NANOS)) {
            recent = segment.tsVal();
            recentNanos = nowNanos;
        }
    }
}
