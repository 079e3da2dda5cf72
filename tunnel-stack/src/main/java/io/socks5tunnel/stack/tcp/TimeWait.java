// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.wire.SegmentView;
import io.socks5tunnel.stack.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/// What is left of a connection that we closed first: enough to answer a repeated FIN and to know an old segment
/// from a new connection (RFC 9293 §3.6.1). Confined to one shard.
final class TimeWait implements FlowEntry {
    private final TcpFlows flows;
    private final FlowKey key;
    private final int sndNxt;
    private final int rcvNxt;
    private final int windowField;
    private final TcpTimestamps timestamps;
    private final ChallengeLimit challenges;
    private long expiryNanos;
    private @Nullable TimeWait previous;
    private @Nullable TimeWait next;

    /// @param challenges the limit of the connection that was here
    TimeWait(
            TcpFlows flows,
            FlowKey key,
            int sndNxt,
            int rcvNxt,
            int windowField,
            TcpTimestamps timestamps,
            ChallengeLimit challenges) {
        this.flows = flows;
        this.key = key;
        this.sndNxt = sndNxt;
        this.rcvNxt = rcvNxt;
        this.windowField = windowField;
        this.timestamps = timestamps;
        this.challenges = challenges;
    }

    FlowKey key() {
        return key;
    }

    /// The first sequence number that the old connection did not use.
    int sndNxt() {
        return sndNxt;
    }

    @Override
    public void onSegment(SegmentView segment, long nowNanos) {
        if (segment.isRst()) {
            // RFC 1337: a RST must not end the quiet time.
            flows.countDrop(DropReason.TCP_RESET_IGNORED);
        } else if (segment.isSyn()) {
            onSyn(segment, nowNanos);
        } else if (timestamps.isOld(segment, nowNanos)) {
            flows.countDrop(DropReason.TCP_PAWS);
            if (segment.segmentLength() > 0) {
                acknowledge(nowNanos);
            } else {
                challenge(nowNanos);
            }
        } else if (segment.isFin()) {
            flows.timeWaits().restart(this, nowNanos);
            acknowledge(nowNanos);
        } else if (segment.segmentLength() > 0) {
            flows.countDrop(DropReason.TCP_DATA_AFTER_CLOSE);
            acknowledge(nowNanos);
        } else if (segment.seq() != rcvNxt) {
            // A keep-alive asks for an answer; it is one below what we expect.
            flows.countDrop(DropReason.TCP_OUT_OF_WINDOW);
            if (segment.seq() == rcvNxt - 1) {
                challenge(nowNanos);
            }
        }
    }

    @Override
    public void reset(long nowNanos) {
        flows.timeWaits().remove(this);
        flows.forget(key, this);
    }

    /// A higher sequence number or a newer timestamp shows that this SYN is no old duplicate (RFC 9293 §3.6.1, RFC
    /// 6191).
    private void onSyn(SegmentView segment, long nowNanos) {
        boolean isNewer = timestamps.isUsed() && segment.hasTimestamps()
                ? timestamps.isNewer(segment) || !timestamps.isOld(segment, nowNanos) && isAboveWindow(segment)
                : isAboveWindow(segment);
        if (segment.isAck() || segment.isFin() || !isNewer) {
            flows.countDrop(DropReason.TCP_SYN_UNEXPECTED);
            challenge(nowNanos);
            return;
        }
        reset(nowNanos);
        flows.open(segment, this, nowNanos);
    }

    private boolean isAboveWindow(SegmentView segment) {
        return segment.seq() - rcvNxt > 0;
    }

    /// An answer to what may be forged, or ask for answers without end (RFC 5961 §7).
    private void challenge(long nowNanos) {
        if (challenges.tryTake(nowNanos)) {
            acknowledge(nowNanos);
        }
    }

    private void acknowledge(long nowNanos) {
        SegmentEmitter emitter = flows.emitter();
        emitter.begin(key, TcpHeader.ACK, sndNxt, rcvNxt, windowField);
        if (timestamps.isUsed()) {
            emitter.timestamps(timestamps.value(nowNanos), timestamps.recent());
        }
        emitter.end(0);
    }

    long expiryNanos() {
        return expiryNanos;
    }

    void expiryNanos(long newExpiryNanos) {
        expiryNanos = newExpiryNanos;
    }

    @Nullable
    TimeWait previous() {
        return previous;
    }

    void previous(@Nullable TimeWait entry) {
        previous = entry;
    }

    @Nullable
    TimeWait next() {
        return next;
    }

    void next(@Nullable TimeWait entry) {
        next = entry;
    }
}
