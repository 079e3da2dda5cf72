// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.stack.tcp.TcpTimers.Kind;
import io.socks5tunnel.stack.tcp.TransmissionRecord.Fate;
import io.socks5tunnel.stack.wire.SegmentView;

/// Finds out what was lost and sends it again: RACK with tail loss probes (RFC 8985), the retransmission timer
/// (RFC 6298), NewReno for clients without SACK (RFC 6582), and the undoing of needless recoveries by timestamps
/// (RFC 3522). Confined to one shard.
final class LossRecovery {
    private static final long NONE = -1;
    private static final int MAX_TIMEOUTS = 15;
    private static final int DUPLICATE_THRESHOLD = 3;
    /// How long a client may hold back an acknowledgement (RFC 8985 §7.2's TLP.max_ack_delay).
    private static final long MAX_ACK_DELAY_NANOS = 200_000_000;
    /// Below this a probe would only measure how busy this machine is.
    private static final long MIN_PROBE_NANOS = 5_000_000;
    private static final long FIRST_PROBE_NANOS = 1_000_000_000;
    /// Segments in the second resend of a range: a super-segment is lost as a whole, so what is lost again goes in
    /// smaller pieces.
    private static final int SEGMENTS_OF_SECOND_RESEND = 8;

    private final TcpSender sender;
    private final TcpSegments segments;
    private final TcpTimers timers;
    private final Scoreboard scoreboard;
    private final RttEstimator rtt;
    private final CubicCongestion congestion;
    private final LossDetection detection;

    /// Recovery lasts until this is acknowledged.
    private long recoveryEnd = NONE;

    /// When the congestion window was cut last.
    private long cutNanos = Long.MIN_VALUE;

    private boolean isTimeoutRecovery;
    private boolean isFirstResendDue;
    private long firstResendNanos = TcpTimestamps.NO_TIME;
    private boolean isUndoable;
    private int duplicateAcks;
    private int timeouts;

    /// Set while a tail loss probe is unanswered: what was sent at its time.
    private long probeEnd = NONE;
    private boolean isProbeResend;
    private boolean isProbeWanted;

    LossRecovery(
            TcpSender sender,
            TcpSegments segments,
            TcpTimers timers,
            Scoreboard scoreboard,
            RttEstimator rtt,
            CubicCongestion congestion) {
        this.sender = sender;
        this.segments = segments;
        this.timers = timers;
        this.scoreboard = scoreboard;
        this.rtt = rtt;
        this.congestion = congestion;
        this.detection = new LossDetection(scoreboard, rtt);
    }

    /// Bytes under way. Without SACK every duplicate acknowledgement says that a segment has left the path.
    long pipeBytes() {
        long bytes = scoreboard.inFlightBytes();
        return Math.max(0, bytes - (long) duplicateAcks * sender.segmentBytes());
    }

    /// Whether nothing hints at a loss.
    boolean isUndisturbed() {
        return recoveryEnd == NONE && scoreboard.sackedBytes() == 0 && duplicateAcks == 0;
    }

    boolean isRecovering() {
        return recoveryEnd != NONE;
    }

    /// Handles an acknowledgement; SND.UNA was moved before.
    void onAck(SegmentView segment, int acknowledged, boolean isDuplicate, boolean isCongestionLimited, long nowNanos) {
        long flight = sender.nxt() - sender.una() + acknowledged;
        long lostBefore = scoreboard.lostBytes();
        boolean wasRecovering = recoveryEnd != NONE;
        long echoed = segments.echoedSendTime(segment, nowNanos);
        detection.beginAck(echoed);
        boolean isDuplicateReported = false;
        long arrived = scoreboard.acknowledge(sender.una(), detection, nowNanos);
        if (segments.isSackAgreed() && segment.sackCount() > 0) {
            isDuplicateReported = isDuplicateReport(segment);
            applySack(segment, isDuplicateReported ? 1 : 0, nowNanos);
            if (isDuplicateReported) {
                detection.onDuplicateReported();
            }
        }
        if (acknowledged > 0) {
            onProgress(acknowledged, echoed, nowNanos);
        } else if (sender.windowRight() <= sender.una()) {
            // Alive, with its window shrunk behind what is out: no reason to give up (RFC 9293 SHLD-17).
            timeouts = 0;
        }
        endProbe(isDuplicateReported, isDuplicate && segment.sackCount() == 0, (int) flight, nowNanos);
        if (segments.isSackAgreed()) {
            detectByTime(nowNanos);
        } else {
            detectByDuplicates(acknowledged, isDuplicate);
        }
        if (scoreboard.lostBytes() > lostBefore) {
            onLoss((int) flight, nowNanos);
        }
        if (acknowledged > 0 && (recoveryEnd == NONE || isTimeoutRecovery)) {
            // What SACK told outside of a recovery counts now, with the hole filled (RFC 5681 §3.1, RFC 3465 §2.1);
            // what it told in one never does.
            growWindow(wasRecovering ? (int) arrived : acknowledged, flight, isCongestionLimited, nowNanos);
        }
    }

    /// Resends what was found lost, as far as the congestion window allows.
    void resendLost(long nowNanos) {
        int maxPayload = segments.maxPayloadBytes();
        int segmentBytes = sender.segmentBytes();
        for (TransmissionRecord record = scoreboard.firstLost(); record != null; record = scoreboard.firstLost()) {
            long allowed = congestion.windowBytes() - pipeBytes();
            if (isFirstResendDue) {
                allowed = Math.max(allowed, segmentBytes);
            }
            boolean isBeyondWindow = record.end() > sender.windowRight() && record.start() != sender.una();
            if (allowed < Math.min(segmentBytes, record.length()) || isBeyondWindow) {
                return;
            }
            isFirstResendDue = false;
            int limit = resendLimit(record, maxPayload);
            int length = (int) Math.min(allowed, limit);
            if (length < record.length()) {
                int whole = Math.max(segmentBytes, length - length % segmentBytes);
                if (whole < record.length()) {
                    scoreboard.split(record, record.start() + whole);
                }
            }
            if (isUndoable && firstResendNanos == TcpTimestamps.NO_TIME) {
                firstResendNanos = nowNanos;
            }
            sender.resend(record, nowNanos);
        }
    }

    void onNewDataSent() {
        isProbeWanted = true;
    }

    /// The retransmission timer ran out (RFC 6298 §5.4 to §5.6).
    ///
    /// @return false if the client has not answered for too long
    boolean onRetransmissionTimer(long nowNanos) {
        if (scoreboard.isEmpty()) {
            return true;
        }
        if (timeouts >= MAX_TIMEOUTS) {
            return false;
        }
        timeouts++;
        lowerSegmentsIfSwallowed();
        int flight = (int) (sender.nxt() - sender.una());
        scoreboard.markAllLost();
        cutNanos = nowNanos;
        congestion.onTimeout(flight, nowNanos);
        rtt.onTimeout();
        duplicateAcks = 0;
        probeEnd = NONE;
        isProbeWanted = false;
        recoveryEnd = sender.nxt();
        isUndoable = !isTimeoutRecovery;
        firstResendNanos = TcpTimestamps.NO_TIME;
        isTimeoutRecovery = true;
        isFirstResendDue = true;
        timers.stop(Kind.LOSS_PROBE);
        timers.stop(Kind.REORDERING);
        timers.set(Kind.RETRANSMISSION, nowNanos + rtt.rtoNanos());
        return true;
    }

    /// The tail of what was sent was not acknowledged in time: one segment more makes the client tell what it
    /// misses (RFC 8985 §7.3).
    void onProbeTimer(long nowNanos) {
        if (scoreboard.isEmpty() || recoveryEnd != NONE || scoreboard.tail().fate() != Fate.IN_FLIGHT) {
            return;
        }
        isProbeResend = !sender.sendProbeOfNewData(nowNanos);
        if (isProbeResend) {
            TransmissionRecord tail = scoreboard.tail();
            if (tail.end() > sender.windowRight()) {
                // The client took its window back: only the retransmission timer goes on (RFC 9293 SHLD-16).
                return;
            }
            if (tail.length() > sender.segmentBytes()) {
                scoreboard.split(tail, tail.end() - sender.segmentBytes());
                tail = scoreboard.tail();
            }
            sender.resend(tail, nowNanos);
        }
        probeEnd = sender.nxt();
        isProbeWanted = false;
        timers.set(Kind.RETRANSMISSION, nowNanos + rtt.rtoNanos());
    }

    /// What was sent before something that has arrived had its time.
    void onReorderingTimer(long nowNanos) {
        long lostBefore = scoreboard.lostBytes();
        detectByTime(nowNanos);
        if (scoreboard.lostBytes() > lostBefore) {
            onLoss((int) (sender.nxt() - sender.una()), nowNanos);
        }
    }

    /// Sets the timers that what is under way needs.
    void arm(long nowNanos) {
        if (scoreboard.isEmpty()) {
            timers.stop(Kind.RETRANSMISSION);
            timers.stop(Kind.LOSS_PROBE);
            timers.stop(Kind.REORDERING);
            return;
        }
        if (!timers.isSet(Kind.RETRANSMISSION)) {
            timers.set(Kind.RETRANSMISSION, nowNanos + rtt.rtoNanos());
        }
        if (isProbeWanted && probeEnd == NONE && segments.isSackAgreed() && isUndisturbed()) {
            long deadline = nowNanos + probeNanos();
            if (deadline < timers.deadline(Kind.RETRANSMISSION)) {
                timers.set(Kind.LOSS_PROBE, deadline);
            } else {
                timers.stop(Kind.LOSS_PROBE);
            }
            isProbeWanted = false;
        } else if (!isUndisturbed()) {
            timers.stop(Kind.LOSS_PROBE);
        }
    }

    /// An ICMP message that time has made true, or silence that means the same.
    private void lowerSegmentsIfSwallowed() {
        int smaller = segments.pathMtu().onTimeout(sender.una());
        if (smaller > 0) {
            segments.pathMtu().onLinkNamed();
            segments.lowerSegmentBytes(smaller);
            return;
        }
        int linkBytes = PathMtu.suspectedLinkBytes(timeouts, segments.isIpv4());
        int suspected = sender.segmentBytes();
        if (linkBytes > 0
                && scoreboard.head().length() >= suspected
                && segments.segmentBytesFor(linkBytes) < suspected) {
            segments.pathMtu().onSuspicion(suspected, sender.nxt());
            segments.lowerSegmentBytes(segments.segmentBytesFor(linkBytes));
        }
    }

    private int resendLimit(TransmissionRecord record, int maxPayload) {
        return switch (record.transmissions()) {
            case 1 -> maxPayload;
            case 2 -> Math.min(maxPayload, SEGMENTS_OF_SECOND_RESEND * sender.segmentBytes());
            default -> sender.segmentBytes();
        };
    }

    private boolean isDuplicateReport(SegmentView segment) {
        int left = segment.sackLeft(0);
        int right = segment.sackRight(0);
        if (left - segment.ack() < 0) {
            return true;
        }
        return segment.sackCount() > 1 && left - segment.sackLeft(1) >= 0 && segment.sackRight(1) - right >= 0;
    }

    private void applySack(SegmentView segment, int firstBlock, long nowNanos) {
        for (int i = firstBlock; i < segment.sackCount(); i++) {
            long start = segments.sendOffset(segment.sackLeft(i), sender.una());
            long end = segments.sendOffset(segment.sackRight(i), sender.una());
            if (start >= sender.una() && start < end && end <= sender.nxt()) {
                scoreboard.sack(start, end, sender.segmentBytes(), detection, nowNanos);
            }
        }
    }

    private void onProgress(int acknowledged, long echoed, long nowNanos) {
        timeouts = 0;
        int larger = segments.pathMtu().onProgress(sender.una());
        if (larger > 0) {
            segments.raiseSegmentBytes(larger);
        }
        isProbeWanted = true;
        if (detection.sampleNanos() > 0) {
            rtt.onSample(detection.sampleNanos(), nowNanos);
        } else if (echoed != TcpTimestamps.NO_TIME) {
            rtt.onSample(Math.max(1, nowNanos - echoed), nowNanos);
        }
        timers.set(Kind.RETRANSMISSION, nowNanos + rtt.rtoNanos());
        undoIfNeedless(echoed);
        if (recoveryEnd != NONE && sender.una() >= recoveryEnd) {
            recoveryEnd = NONE;
            isTimeoutRecovery = false;
            duplicateAcks = 0;
            detection.onRecoveryEnded();
        } else {
            duplicateAcks = recoveryEnd == NONE ? 0 : Math.max(0, duplicateAcks - acknowledged / sender.segmentBytes());
        }
    }

    /// The first acknowledgement of a recovery that echoes a timestamp from before its first resend answers the
    /// original: nothing was lost.
    private void undoIfNeedless(long echoed) {
        if (firstResendNanos == TcpTimestamps.NO_TIME) {
            return;
        }
        if (echoed != TcpTimestamps.NO_TIME && echoed < firstResendNanos) {
            congestion.onSpuriousLoss();
            scoreboard.unmarkLost();
            recoveryEnd = NONE;
            isTimeoutRecovery = false;
        }
        firstResendNanos = TcpTimestamps.NO_TIME;
        isUndoable = false;
    }

    /// RFC 8985 §7.4: whether the probe repaired a loss that nothing else would tell of.
    private void endProbe(boolean isDuplicateReported, boolean isPlainDuplicate, int flight, long nowNanos) {
        if (probeEnd == NONE || sender.una() < probeEnd) {
            return;
        }
        if (!isProbeResend || isDuplicateReported || isPlainDuplicate) {
            probeEnd = NONE;
        } else if (sender.una() > probeEnd) {
            probeEnd = NONE;
            congestion.onLoss(flight, nowNanos);
        }
    }

    private void growWindow(int bytes, long flight, boolean isCongestionLimited, long nowNanos) {
        boolean isLimited = isCongestionLimited
                || isTimeoutRecovery
                || congestion.isInSlowStart() && 2 * flight >= congestion.windowBytes();
        congestion.onAck(bytes, isLimited, rtt.srttNanos(), nowNanos);
    }

    private void detectByTime(long nowNanos) {
        long wait = detection.detect(recoveryEnd != NONE, sender.segmentBytes(), nowNanos);
        if (wait > 0) {
            timers.set(Kind.REORDERING, nowNanos + wait);
        } else {
            timers.stop(Kind.REORDERING);
        }
    }

    private void detectByDuplicates(int acknowledged, boolean isDuplicate) {
        boolean isFastRecovery = recoveryEnd != NONE && !isTimeoutRecovery;
        if (isDuplicate && !isTimeoutRecovery) {
            duplicateAcks++;
            if (duplicateAcks == DUPLICATE_THRESHOLD && recoveryEnd == NONE) {
                markHeadLost();
            }
        } else if (acknowledged > 0 && isFastRecovery) {
            // A partial acknowledgement (RFC 6582 §3.2): what follows was lost too.
            markHeadLost();
        }
    }

    private void markHeadLost() {
        if (scoreboard.isEmpty()) {
            return;
        }
        TransmissionRecord head = scoreboard.head();
        if (head.fate() == Fate.IN_FLIGHT && !head.isRetransmitted()) {
            scoreboard.markLost(head);
        }
    }

    /// Begins a recovery. A loss in the midst of one is part of it, unless what was lost had been sent since the
    /// window was cut: that is a second sign of congestion, be it new data or a resend (RFC 5681 §4.3).
    private void onLoss(int flight, long nowNanos) {
        boolean isFirst = recoveryEnd == NONE;
        if (!isFirst && detection.latestLossNanos() < cutNanos) {
            return;
        }
        isFirstResendDue = true;
        recoveryEnd = sender.nxt();
        isTimeoutRecovery = false;
        isUndoable = isFirst;
        firstResendNanos = TcpTimestamps.NO_TIME;
        cutNanos = nowNanos;
        // In a recovery what is beyond SND.UNA, received or not, may be far more than the window.
        congestion.onLoss(Math.min(flight, congestion.windowBytes()), nowNanos);
    }

    private long probeNanos() {
        if (!rtt.hasSample()) {
            return FIRST_PROBE_NANOS;
        }
        long wait = Math.max(MIN_PROBE_NANOS, 2 * rtt.srttNanos());
        return scoreboard.inFlightBytes() <= sender.segmentBytes() ? wait + MAX_ACK_DELAY_NANOS : wait;
    }
}
