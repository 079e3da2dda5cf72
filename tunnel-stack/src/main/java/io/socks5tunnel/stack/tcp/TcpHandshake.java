// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.stack.tcp.TcpTimers.Kind;
import io.socks5tunnel.stack.wire.SegmentView;

/// The second and third step of a handshake: SYN-ACK, again and again if it must be, until the client acknowledges
/// it (RFC 9293 §3.5). Confined to one shard.
final class TcpHandshake {
    private static final int MAX_RESENDS = 5;
    private static final long FIRST_RESEND_NANOS = 1_000_000_000;

    private final TcpSegments segments;
    private final TcpTimers timers;
    private boolean isSynAckDue = true;
    private boolean isConfirmed;
    private int resends;
    private long sentNanos;

    TcpHandshake(TcpSegments segments, TcpTimers timers) {
        this.segments = segments;
        this.timers = timers;
    }

    /// Whether the client has acknowledged our SYN.
    boolean isConfirmed() {
        return isConfirmed;
    }

    /// Whether a segment is the client's SYN once more.
    boolean isRepeatedSyn(SegmentView segment) {
        return !isConfirmed && segments.isAtClientSyn(segment) && !segment.isAck();
    }

    /// The client has not seen the SYN-ACK: it is due again.
    void repeat() {
        isSynAckDue = true;
    }

    /// The client has not answered in time.
    ///
    /// @return false if it never will
    boolean onTimer() {
        if (resends == MAX_RESENDS) {
            return false;
        }
        resends++;
        isSynAckDue = true;
        return true;
    }

    /// Ends the handshake if `segment` acknowledges our SYN and nothing more.
    ///
    /// @param rtt is told how long that took
    /// @return whether it does
    boolean complete(SegmentView segment, RttEstimator rtt, long nowNanos) {
        if (!segments.isAckOfSyn(segment)) {
            return false;
        }
        timers.stop(Kind.HANDSHAKE);
        isConfirmed = true;
        if (resends == 0) {
            rtt.onSample(Math.max(1, nowNanos - sentNanos), nowNanos);
        } else {
            rtt.onHandshakeTimeout();
        }
        return true;
    }

    /// Sends the SYN-ACK if it is due.
    ///
    /// @return whether it was
    boolean send(long nowNanos) {
        if (!isSynAckDue) {
            return false;
        }
        isSynAckDue = false;
        sentNanos = nowNanos;
        segments.emitSynAck(nowNanos);
        timers.set(Kind.HANDSHAKE, nowNanos + (FIRST_RESEND_NANOS << resends));
        return true;
    }
}
