// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.stack.StackConfig;
import io.socks5tunnel.stack.tcp.TcpTimers.Kind;
import io.socks5tunnel.stack.wire.SegmentView;
import org.jspecify.annotations.Nullable;

/// The sending half of a connection: what may leave now (RFC 9293 §3.8), in super-segments where the device takes
/// them. [LossRecovery] says what must leave again. Confined to one shard.
///
/// Positions are stream offsets: the first data byte is 0, FIN lies behind the last one.
final class TcpSender {
    private static final long NONE = -1;
    private static final int MAX_UNANSWERED_PROBES = 15;

    /// How recently something must have been sent for a small super-segment to wait.
    private static final long LONGEST_WAIT_NANOS = 1_000_000;

    private final TcpSegments segments;
    private final StackConfig config;
    private final TcpTimers timers;
    private final SendQueue queue;
    private final RttEstimator rtt;
    private final CubicCongestion congestion;
    private final Scoreboard scoreboard;
    private final LossRecovery recovery;

    private long una;
    private long nxt;
    private boolean isFinQueued;

    private long windowRight;
    private long maxWindowBytes;
    private long windowSeq = NONE;
    private long windowAck = NONE;

    private boolean isCongestionLimited;
    private long lastSentNanos = TcpTimestamps.NO_TIME;

    /// While something is being sent: when that was done before.
    private long previousSentNanos = TcpTimestamps.NO_TIME;

    private int probes;

    TcpSender(TcpSegments segments, StackConfig config, TcpTimers timers, SendQueue queue, SpareRecords spare) {
        this.segments = segments;
        this.config = config;
        this.timers = timers;
        this.queue = queue;
        this.rtt = new RttEstimator(config.minRtoNanos(), config.maxRtoNanos());
        this.congestion = new CubicCongestion(segments.segmentBytes());
        this.scoreboard = new Scoreboard(spare);
        this.recovery = new LossRecovery(this, segments, timers, scoreboard, rtt, congestion);
    }

    long una() {
        return una;
    }

    long nxt() {
        return nxt;
    }

    /// The right edge of the client's window: nothing is sent behind it.
    long windowRight() {
        return windowRight;
    }

    int segmentBytes() {
        return segments.segmentBytes();
    }

    SendQueue queue() {
        return queue;
    }

    RttEstimator rtt() {
        return rtt;
    }

    CubicCongestion congestion() {
        return congestion;
    }

    Scoreboard scoreboard() {
        return scoreboard;
    }

    LossRecovery recovery() {
        return recovery;
    }

    /// The largest window the client ever offered, bytes (RFC 5961 §5.2's MAX.SND.WND).
    long maxWindowBytes() {
        return maxWindowBytes;
    }

    boolean isFinQueued() {
        return isFinQueued;
    }

    /// Whether FIN was sent.
    boolean isFinSent() {
        return isFinQueued && nxt > queue.end();
    }

    /// Whether the client acknowledged our FIN.
    boolean isFinAcknowledged() {
        return isFinQueued && una > queue.end();
    }

    int unacknowledgedBytes() {
        return (int) (queue.end() - queue.begin());
    }

    int spaceBytes() {
        if (isFinQueued) {
            return 0;
        }
        int limit = Math.max(config.initialSendBufferBytes(), (int)
                Math.min(config.maxSendBufferBytes(), 2L * congestion.windowBytes()));
        return Math.max(0, limit - unacknowledgedBytes());
    }

    void reserve(GatherList into) {
        queue.reserve(into, spaceBytes());
    }

    void commit(int bytes) {
        queue.commit(bytes);
    }

    void queueFin() {
        isFinQueued = true;
    }

    /// Takes the window of a SYN, or of the segment that ended the handshake.
    void openWindow(long bytes, long seq) {
        windowRight = una + bytes;
        maxWindowBytes = Math.max(maxWindowBytes, bytes);
        windowSeq = seq;
        windowAck = una;
    }

    /// Handles the acknowledgement of an acceptable segment: `ackOffset` lies between what is acknowledged and
    /// what was sent.
    ///
    /// @param seqOffset where the segment begins, in the receive direction
    /// @param windowBytes its window, scaled up
    void onAck(SegmentView segment, long ackOffset, long seqOffset, long windowBytes, long nowNanos) {
        boolean isWindowChanged = updateWindow(ackOffset, seqOffset, windowBytes);
        boolean isDuplicate =
                ackOffset == una && !isWindowChanged && segment.segmentLength() == 0 && !scoreboard.isEmpty();
        probes = 0;
        int acknowledged = (int) (ackOffset - una);
        una = ackOffset;
        recovery.onAck(segment, acknowledged, isDuplicate, isCongestionLimited, nowNanos);
        if (acknowledged > 0) {
            queue.releaseUpTo(Math.min(ackOffset, queue.end()));
        }
    }

    /// A link on the way to the client took no packet of more than `mtuBytes`, an ICMP message says (RFC 1191, RFC
    /// 8201). What was sent in larger ones is lost, which says nothing about congestion (RFC 1191 §6.5).
    ///
    /// @param seq sequence number of the segment that the message quotes
    /// @return why the message changes nothing, or null
    @Nullable
    DropReason onTooBig(int seq, int mtuBytes) {
        long offset = segments.sendOffset(seq, una);
        if (offset < una || offset >= nxt) {
            return DropReason.ICMP_NOT_OURS;
        }
        int smaller = segments.segmentBytesFor(mtuBytes);
        if (smaller == segmentBytes()) {
            return DropReason.ICMP_IGNORED;
        }
        if (segments.pathMtu().isBelieved(smaller, offset, una)) {
            segments.pathMtu().onLinkNamed();
            segments.lowerSegmentBytes(smaller);
            scoreboard.markLost(smaller);
        }
        return null;
    }

    /// Sends what the windows allow: first what was lost, then what is new, then FIN.
    ///
    /// @return whether anything was sent
    boolean send(long nowNanos) {
        queue.giveUnusedBack();
        previousSentNanos = lastSentNanos;
        lastSentNanos = TcpTimestamps.NO_TIME;
        if (scoreboard.isEmpty()) {
            boolean wasSent = previousSentNanos != TcpTimestamps.NO_TIME;
            if (wasSent && hasUnsent() && nowNanos - previousSentNanos > rtt.rtoNanos()) {
                congestion.onIdleRestart(nowNanos);
            }
        } else {
            recovery.resendLost(nowNanos);
        }
        sendNew(nowNanos);
        sendFin(nowNanos);
        boolean isSent = lastSentNanos != TcpTimestamps.NO_TIME;
        if (!isSent) {
            lastSentNanos = previousSentNanos;
        }
        arm(nowNanos);
        return isSent;
    }

    /// The window is still closed, or too small to be used.
    ///
    /// @return false if the client has stopped answering
    boolean onPersistTimer(long nowNanos) {
        if (!scoreboard.isEmpty() || !hasUnsent()) {
            return true;
        }
        if (probes >= MAX_UNANSWERED_PROBES) {
            return false;
        }
        probes++;
        long usable = Math.min(windowRight - nxt, queue.end() - nxt);
        if (usable > 0) {
            emitNew((int) Math.min(usable, segmentBytes()), nowNanos);
        } else {
            segments.emitProbe(una, nowNanos);
        }
        timers.set(Kind.PERSIST, nowNanos + persistNanos());
        return true;
    }

    /// Sends a single segment of new data as a tail loss probe, beyond the congestion window.
    ///
    /// @return false if there is none, or the window is closed
    boolean sendProbeOfNewData(long nowNanos) {
        long usable = Math.min(windowRight - nxt, queue.end() - nxt);
        if (usable <= 0) {
            return false;
        }
        emitNew((int) Math.min(usable, segmentBytes()), nowNanos);
        return true;
    }

    /// Sends one record again.
    void resend(TransmissionRecord record, long nowNanos) {
        emit(record.start(), record.end(), nowNanos);
        scoreboard.onResent(record, nowNanos);
    }

    void clear() {
        scoreboard.clear();
        queue.clear();
    }

    private boolean hasUnsent() {
        return nxt < queue.end() || isFinQueued && nxt == queue.end();
    }

    /// RFC 9293 §3.10.7.4: only a segment that is not older than the one that set the window may set it.
    private boolean updateWindow(long ackOffset, long seqOffset, long windowBytes) {
        if (windowSeq > seqOffset || windowSeq == seqOffset && windowAck > ackOffset) {
            return false;
        }
        boolean isChanged = windowRight != ackOffset + windowBytes;
        windowRight = ackOffset + windowBytes;
        windowSeq = seqOffset;
        windowAck = ackOffset;
        maxWindowBytes = Math.max(maxWindowBytes, windowBytes);
        return isChanged;
    }

    private void sendNew(long nowNanos) {
        isCongestionLimited = false;
        int maxPayload = segments.maxPayloadBytes();
        while (nxt < queue.end()) {
            long unsent = queue.end() - nxt;
            long window = windowRight - nxt;
            long allowed = congestion.windowBytes() - recovery.pipeBytes();
            int length = (int) Math.min(Math.min(unsent, maxPayload), Math.max(0, Math.min(window, allowed)));
            if (length < unsent) {
                length = usefulLength(length, maxPayload, window, nowNanos);
            }
            if (length == 0) {
                isCongestionLimited = allowed < Math.min(window, unsent);
                return;
            }
            emitNew(length, nowNanos);
        }
    }

    /// What of `length` bytes, which are not the last ones, is worth a packet: whole segments, as receivers drop a
    /// super-segment that passes their window by a part of one; less only if it is half of the largest window (RFC
    /// 9293 §3.8.6.2.1). A small super-segment waits for acknowledgements to make it larger, but only where they
    /// come so fast that the path does not run dry.
    private int usefulLength(int length, int maxPayload, long window, long nowNanos) {
        int segmentBytes = segmentBytes();
        int whole = length - length % segmentBytes;
        if (whole == 0) {
            boolean isHalfOfLargest = window < segmentBytes && 2 * window >= maxWindowBytes;
            return isHalfOfLargest && length == window ? length : 0;
        }
        boolean isFast = nowNanos - previousSentNanos < LONGEST_WAIT_NANOS;
        if (whole < maxPayload && isFast && !scoreboard.isEmpty() && recovery.isUndisturbed()) {
            long third = Math.min(congestion.windowBytes(), windowRight - una) / 3;
            return whole < Math.min(maxPayload, third) ? 0 : whole;
        }
        return whole;
    }

    private void sendFin(long nowNanos) {
        if (isFinQueued && nxt == queue.end() && windowRight > nxt) {
            emit(nxt, nxt + 1, nowNanos);
            scoreboard.onSent(nxt, nxt + 1, nowNanos);
            nxt++;
            recovery.onNewDataSent();
        }
    }

    private void emitNew(int length, long nowNanos) {
        boolean isFinIncluded = isFinQueued && nxt + length == queue.end() && windowRight > nxt + length;
        long end = nxt + length + (isFinIncluded ? 1 : 0);
        emit(nxt, end, nowNanos);
        scoreboard.onSent(nxt, end, nowNanos);
        nxt = end;
        recovery.onNewDataSent();
    }

    private void emit(long start, long end, long nowNanos) {
        long dataEnd = Math.min(end, queue.end());
        segments.emitData(start, (int) (dataEnd - start), end > dataEnd, dataEnd == queue.end(), nowNanos);
        lastSentNanos = nowNanos;
    }

    private void arm(long nowNanos) {
        recovery.arm(nowNanos);
        if (!scoreboard.isEmpty() || !hasUnsent()) {
            timers.stop(Kind.PERSIST);
        } else if (!timers.isSet(Kind.PERSIST)) {
            timers.set(Kind.PERSIST, nowNanos + persistNanos());
        }
    }

    private long persistNanos() {
        long interval = rtt.rtoNanos();
        for (int i = 0; i < probes && interval < config.maxRtoNanos(); i++) {
            interval *= 2;
        }
        return Math.min(interval, config.maxRtoNanos());
    }
}
