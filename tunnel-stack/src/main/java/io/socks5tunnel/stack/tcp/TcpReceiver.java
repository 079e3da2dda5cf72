// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.stack.StackConfig;
import io.socks5tunnel.stack.wire.SegmentView;
import org.jspecify.annotations.Nullable;

/// The receiving half of a connection: what is acceptable, what is in order, what is advertised and what must be
/// acknowledged when (RFC 9293 §3.10.7.4 and §3.8.6). Confined to one shard.
///
/// Positions are stream offsets: the first data byte is 0, FIN lies behind the last one.
final class TcpReceiver {
    private static final long NONE = -1;
    /// Acknowledgements at the beginning that are not delayed, so that the client's window opens quickly.
    private static final int QUICK_ACKS = 8;
    private static final int MIN_SEGMENT_ESTIMATE = 536;
    private static final int MAX_WINDOW_FIELD = 65535;
    /// A buffer's worth in less than this is worth a larger buffer, however short the round trip is.
    private static final long FAST_ROUND_NANOS = 10_000_000;

    private final StackConfig config;
    private final int shift;
    private final int segmentBytes;
    private final PayloadKeeper keeper;
    private final ReceiveQueue queue;
    private final DuplicateBlock duplicate = new DuplicateBlock();
    private @Nullable OutOfOrderStore outOfOrder;

    private long rcvNxt;
    private long rightEdge;
    private long finOffset = NONE;
    private boolean isFinReceived;

    private int limitBytes;
    private long roundEnd;
    private long roundStartNanos;

    private long acknowledged;
    private int segmentEstimate = MIN_SEGMENT_ESTIMATE;
    private int quickAcks = QUICK_ACKS;
    private boolean isAckDue;

    /// @param shift our window scale
    /// @param segmentBytes the MSS we advertise, bytes
    /// @param synAckWindowBytes the window of our SYN-ACK
    TcpReceiver(
            StackConfig config,
            ReceivedPayload payload,
            int shift,
            int segmentBytes,
            int synAckWindowBytes,
            long nowNanos) {
        this.config = config;
        this.shift = shift;
        this.segmentBytes = segmentBytes;
        this.keeper = new PayloadKeeper(payload);
        this.queue = new ReceiveQueue(keeper);
        this.limitBytes = config.initialReceiveWindowBytes();
        this.rightEdge = synAckWindowBytes;
        this.roundEnd = synAckWindowBytes;
        this.roundStartNanos = nowNanos;
    }

    long rcvNxt() {
        return rcvNxt;
    }

    /// The right edge of the window that was advertised.
    long rightEdge() {
        return rightEdge;
    }

    /// What was acknowledged last: RFC 7323's Last.ACK.sent.
    long acknowledged() {
        return acknowledged;
    }

    int readableBytes() {
        return queue.readableBytes();
    }

    int outOfOrderRanges() {
        return outOfOrder == null ? 0 : outOfOrder.rangeCount();
    }

    int slabCount() {
        return keeper.slabCount();
    }

    /// Whether FIN came and everything before it.
    boolean isFinReceived() {
        return isFinReceived;
    }

    /// Whether FIN came and everything before it was consumed.
    boolean isEnded() {
        return isFinReceived && queue.readableBytes() == 0;
    }

    boolean isAckDue() {
        return isAckDue;
    }

    /// Whether something was received that no acknowledgement was sent for.
    boolean isAckOwed() {
        return acknowledged != rcvNxt;
    }

    /// Makes the next poll acknowledge.
    void ackAtOnce() {
        isAckDue = true;
    }

    /// Whether any part of `length` sequence numbers from `start` on lies in the window, by the four rows of RFC
    /// 9293 §3.10.7.4. Two things more pass, as in Linux, since their acknowledgements count: an empty segment
    /// right at the right edge, which is all a client can send while a hole keeps its full window from moving, and
    /// whatever begins at the edge of a closed window; its data does not count.
    boolean isAcceptable(long start, int length) {
        if (length == 0 || rightEdge == rcvNxt) {
            return start == rcvNxt || start > rcvNxt && start <= rightEdge;
        }
        return start < rightEdge && start + length > rcvNxt;
    }

    /// Notes a segment whose sequence numbers all lie below the window (RFC 2883 §4).
    void noteOld(long start, int length) {
        duplicate.note(start, Math.min(rcvNxt, start + length));
    }

    /// Takes the payload and FIN of an acceptable segment.
    ///
    /// @return why some of it was dropped, or null
    @Nullable
    DropReason accept(SegmentView segment, long start) {
        if (segment.segmentLength() == 0) {
            return null;
        }
        long at = trimFront(segment, start);
        trimBack(segment, at);
        if (segment.segmentLength() == 0) {
            isAckDue = true;
            return DropReason.TCP_OUT_OF_WINDOW;
        }
        if (segment.isFin()) {
            long offset = at + segment.payloadLength();
            boolean isBehindAll = outOfOrder == null || outOfOrder.end() <= offset;
            if (finOffset == NONE && offset >= rcvNxt && isBehindAll) {
                finOffset = offset;
            }
        }
        if (finOffset != NONE && at + segment.payloadLength() > finOffset) {
            isAckDue = true;
            return DropReason.TCP_DATA_AFTER_CLOSE;
        }
        @Nullable DropReason dropped = null;
        if (segment.payloadLength() > 0) {
            dropped = at == rcvNxt && (outOfOrder == null || outOfOrder.isEmpty())
                    ? addInOrder(segment, at)
                    : addOutOfOrder(segment, at);
        }
        if (finOffset == rcvNxt && !isFinReceived) {
            isFinReceived = true;
            rcvNxt++;
            isAckDue = true;
        } else if (segment.isFin()) {
            isAckDue = true;
        }
        return dropped;
    }

    void peek(GatherList into) {
        queue.peek(into);
    }

    void consume(int bytes) {
        queue.consume(bytes);
    }

    /// Makes what is left of the burst outlive it. What finds no memory was never received: nothing of it has been
    /// acknowledged.
    ///
    /// @return bytes given up
    int keepAll() {
        int dropped = queue.keepAll();
        if (dropped > 0) {
            if (isFinReceived) {
                isFinReceived = false;
                rcvNxt--;
            }
            rcvNxt -= dropped;
            isAckDue = true;
        }
        return outOfOrder == null ? dropped : dropped + outOfOrder.keepAll();
    }

    /// Decides at the end of a burst whether to acknowledge now, and opens the window as far as was consumed.
    ///
    /// @param srttNanos the smoothed round-trip time, or 0 if unknown
    void onBurstEnd(long srttNanos, long nowNanos) {
        growLimit(srttNanos, nowNanos);
        long received = rcvNxt - acknowledged;
        if (received >= 2L * segmentEstimate) {
            isAckDue = true;
        } else if (received > 0 && quickAcks > 0) {
            isAckDue = true;
        }
        if (isFinReceived) {
            return;
        }
        // The window reopens: tell a client that may be waiting for it, as Linux does when it can double what is
        // left.
        long opened = desiredRightEdge() - rightEdge;
        long left = rightEdge - rcvNxt;
        if (rcvNxt > 0 && opened >= Math.min(limitBytes / 2, 2 * segmentBytes) && opened >= left) {
            isAckDue = true;
        }
    }

    /// The window field of a segment that is sent now; moves the advertised edge accordingly.
    int takeWindowField() {
        long desired = desiredRightEdge();
        // Receiver's silly window avoidance (RFC 9293 §3.8.6.2.2).
        if (desired - rightEdge < Math.min(limitBytes / 2, segmentBytes)) {
            desired = rightEdge;
        }
        // A FIN right behind a closed window is taken, and lies one beyond the edge.
        long window = Math.max(0, desired - rcvNxt);
        long field = window >> shift;
        if (rcvNxt + (field << shift) < rightEdge) {
            // Rounding down would take back what was promised.
            field++;
        }
        field = Math.min(field, MAX_WINDOW_FIELD);
        rightEdge = Math.max(rightEdge, rcvNxt + (field << shift));
        return (int) field;
    }

    /// Says that a segment that acknowledges everything was sent.
    void onAckSent() {
        if (acknowledged != rcvNxt && quickAcks > 0) {
            quickAcks--;
        }
        acknowledged = rcvNxt;
        isAckDue = false;
    }

    /// Writes the SACK blocks of a segment that is sent now: a duplicate first (RFC 2883 §4), then what is stored.
    void reportSack(SackBlocks into) {
        if (!duplicate.isEmpty()) {
            into.add(duplicate.start(), duplicate.end());
            duplicate.clear();
        }
        if (outOfOrder != null) {
            outOfOrder.report(into);
        }
    }

    /// Whether there is something to report in a SACK option.
    boolean isSackDue() {
        return !duplicate.isEmpty() || outOfOrder != null && !outOfOrder.isEmpty();
    }

    /// Gives all memory back.
    void clear() {
        queue.clear();
        if (outOfOrder != null) {
            outOfOrder.clear();
        }
    }

    private long trimFront(SegmentView segment, long start) {
        if (start >= rcvNxt) {
            return start;
        }
        int old = (int) Math.min(rcvNxt - start, segment.segmentLength());
        duplicate.note(start, start + Math.min(old, segment.payloadLength()));
        segment.trimFront(old);
        isAckDue = true;
        return start + old;
    }

    private void trimBack(SegmentView segment, long start) {
        long beyond = start + segment.segmentLength() - rightEdge;
        // A FIN alone behind the window takes no memory: a closed window must not keep a client from closing.
        if (beyond == 1 && segment.isFin()) {
            return;
        }
        if (beyond > 0) {
            segment.trimBack((int) Math.min(beyond, segment.segmentLength()));
            isAckDue = true;
        }
    }

    private @Nullable DropReason addInOrder(SegmentView segment, long at) {
        queue.add(keeper.view(segment.packet(), segment.payloadOffset(), at, segment.payloadLength()));
        rcvNxt = at + segment.payloadLength();
        int gsoSize = segment.packet().gsoSizeBytes();
        int size = gsoSize > 0 ? gsoSize : segment.payloadLength();
        segmentEstimate = Math.min(segmentBytes, Math.max(segmentEstimate, size));
        return null;
    }

    private @Nullable DropReason addOutOfOrder(SegmentView segment, long at) {
        OutOfOrderStore store = outOfOrder;
        if (store == null) {
            store = new OutOfOrderStore(keeper);
            outOfOrder = store;
        }
        isAckDue = true;
        int stored = store.add(segment.packet(), segment.payloadOffset(), at, segment.payloadLength(), duplicate);
        for (ReceivedRange range = store.pollUpTo(rcvNxt); range != null; range = store.pollUpTo(rcvNxt)) {
            queue.add(range);
            rcvNxt = range.end();
        }
        return stored == 0 && duplicate.isEmpty() ? DropReason.TCP_REASSEMBLY_FULL : null;
    }

    private long desiredRightEdge() {
        long consumed = rcvNxt - queue.readableBytes() - (isFinReceived ? 1 : 0);
        return Math.min(consumed + limitBytes, rcvNxt + ((long) MAX_WINDOW_FIELD << shift));
    }

    /// Doubles the buffer when the client fills it within about a round trip and the reader keeps up.
    private void growLimit(long srttNanos, long nowNanos) {
        if (rcvNxt < roundEnd) {
            return;
        }
        long took = nowNanos - roundStartNanos;
        boolean isFilled = took <= Math.max(2 * srttNanos, FAST_ROUND_NANOS);
        if (isFilled && limitBytes < config.maxReceiveWindowBytes() && queue.readableBytes() <= limitBytes / 2) {
            limitBytes = (int) Math.min(2L * limitBytes, config.maxReceiveWindowBytes());
        }
        roundEnd = rcvNxt + limitBytes;
        roundStartNanos = nowNanos;
    }
}
