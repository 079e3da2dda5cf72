// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The sending half of a [SimTcpClient]: what to send when, and what to send again.
///
/// Loss is noticed by three duplicate ACKs or by SACK, else by time-out. Positions are offsets in our own sequence
/// space, the SYN being 0, so that nothing wraps here. Confined to one thread.
final class SimTcpSender {
    private static final long INITIAL_RTO_NANOS = 1_000_000_000L;
    private static final long MIN_RTO_NANOS = 200_000_000L;
    private static final long MAX_RTO_NANOS = 60_000_000_000L;
    private static final int INITIAL_SEGMENTS = 10;
    private static final int DUPLICATE_ACKS = 3;
    private static final int MAX_TIMEOUTS = 15;

    /// Puts segments on the wire.
    interface Output {
        /// Sends what lies at `offset`; payload may be empty.
        void emit(long offset, boolean isSyn, byte[] payload, boolean isFin);

        /// Gives up after too many time-outs.
        void onGivenUp();
    }

    private final VirtualClock clock;
    private final Output output;
    private final int flightLimitBytes;
    private final ByteQueue bytes = new ByteQueue();
    /// Ranges that the peer holds, left to right edge.
    private final TreeMap<Long, Long> sacked = new TreeMap<>();

    private int mssBytes;
    private int superSegmentBytes;
    private long una;
    private long next;
    /// What may be acknowledged: everything sent, probes into a closed window included.
    private long max;
    /// What was sent within the window; never goes back.
    private long high;

    private long dataEnd = 1;
    private boolean isFinQueued;
    private long windowBytes;
    private long congestionWindow;
    private int duplicateAcks;
    private boolean isRecovering;
    private long recoverUntil;
    private long resendNext;
    private long srttNanos;
    private long rttVarNanos;
    private long rtoNanos = INITIAL_RTO_NANOS;
    private int timeouts;
    private long timedOffset = -1;
    private long timedAtNanos;
    private int timerGeneration;
    private boolean isTimerArmed;
    private boolean isStopped;
    private long resentSegments;

    SimTcpSender(VirtualClock clock, Output output, int flightLimitBytes) {
        this.clock = clock;
        this.output = output;
        this.flightLimitBytes = flightLimitBytes;
    }

    /// Says how much fits into a segment, and into a super-segment (0 for none).
    void segmentSize(int mss, int superSegment) {
        mssBytes = mss;
        superSegmentBytes = superSegment;
        congestionWindow = (long) INITIAL_SEGMENTS * mss;
    }

    void sendSyn() {
        output();
    }

    void add(byte[] more) {
        if (isFinQueued) {
            throw new IllegalStateException("bytes behind the FIN");
        }
        bytes.add(more);
        dataEnd += more.length;
        output();
    }

    void queueFin() {
        if (!isFinQueued) {
            isFinQueued = true;
            output();
        }
    }

    /// Nothing is sent any more.
    void stop() {
        isStopped = true;
        timerGeneration++;
        isTimerArmed = false;
    }

    boolean isSynAcknowledged() {
        return una > 0;
    }

    boolean isFinAcknowledged() {
        return isFinQueued && una == dataEnd + 1;
    }

    boolean isFinQueued() {
        return isFinQueued;
    }

    /// Payload bytes that the peer has not acknowledged.
    int unacknowledged() {
        return bytes.size();
    }

    long resentSegments() {
        return resentSegments;
    }

    /// Where segments without text stand.
    long high() {
        return high;
    }

    /// The offset of an acknowledgement number.
    long offsetOf(int ack, int initialSeq) {
        return una + (ack - (int) (initialSeq + una));
    }

    /// Whether the peer acknowledges something that was never sent.
    boolean isBeyondSent(long ack) {
        return ack > max;
    }

    void window(long newWindowBytes) {
        windowBytes = newWindowBytes;
    }

    /// Sends bytes on both sides of the window's right edge; what of them is acknowledged counts.
    void overshoot(int insideBytes, int beyondBytes) {
        long edge = una + windowBytes;
        long from = Math.max(una, edge - insideBytes);
        long to = Math.min(edge + beyondBytes, from + mssBytes);
        if (una == 0 || isStopped || to <= edge || to > dataEnd) {
            return;
        }
        output.emit(from, false, bytes.copy((int) (from - una), (int) (to - from)), false);
        max = Math.max(max, to);
        armTimer();
    }

    /// Takes an acknowledgement in, sends what it allows.
    ///
    /// @param mayBeDuplicate whether the segment had no payload and did not change the window
    /// @param rttNanos a sample from timestamps, or -1
    void onAck(long ack, boolean mayBeDuplicate, List<SackBlock> blocks, int initialSeq, long rttNanos) {
        if (ack < una) {
            return;
        }
        boolean isNew = ack > una;
        if (isNew) {
            advance(ack, rttNanos);
        } else if (mayBeDuplicate && next > una) {
            duplicateAcks++;
        }
        for (SackBlock block : blocks) {
            markSacked(offsetOf(block.leftSeq(), initialSeq), offsetOf(block.rightSeq(), initialSeq));
        }
        recover();
        output();
    }

    private void advance(long ack, long rttNanos) {
        int payload = (int) (Math.min(ack, dataEnd) - Math.max(1, una));
        if (payload > 0) {
            bytes.remove(payload);
        }
        if (timedOffset >= 0 && ack > timedOffset) {
            onRtt(rttNanos >= 0 ? rttNanos : clock.nowNanos() - timedAtNanos);
            timedOffset = -1;
        }
        congestionWindow = Math.min(flightLimitBytes, congestionWindow + ack - una);
        una = ack;
        next = Math.max(next, una);
        high = Math.max(high, una);
        sacked.headMap(una + 1).values().removeIf(right -> right <= una);
        duplicateAcks = 0;
        timeouts = 0;
        disarm();
    }

    private void markSacked(long left, long right) {
        if (right <= una || left < una || right > max || left >= right) {
            return;
        }
        long from = left;
        long to = right;
        Map.Entry<Long, Long> before = sacked.floorEntry(to);
        while (before != null && before.getValue() >= from) {
            from = Math.min(from, before.getKey());
            to = Math.max(to, before.getValue());
            sacked.remove(before.getKey());
            before = sacked.floorEntry(to);
        }
        sacked.put(from, to);
    }

    private void recover() {
        if (isRecovering && una >= recoverUntil) {
            isRecovering = false;
        }
        if (next == una) {
            return;
        }
        long sackedBytes = 0;
        for (Map.Entry<Long, Long> range : sacked.entrySet()) {
            sackedBytes += range.getValue() - range.getKey();
        }
        boolean isLossSeen = duplicateAcks >= DUPLICATE_ACKS || sackedBytes > (DUPLICATE_ACKS - 1L) * mssBytes;
        if (!isRecovering && isLossSeen) {
            isRecovering = true;
            recoverUntil = max;
            resendNext = una;
            congestionWindow = Math.max(2L * mssBytes, congestionWindow / 2);
        }
        if (isRecovering) {
            resendHole();
        }
    }

    /// Sends the next segment again that the peer seems not to have.
    private void resendHole() {
        resendNext = skipSacked(Math.max(resendNext, una));
        // without SACK only the first segment is known to be missing
        long until = sacked.isEmpty()
                ? una + 1
                : Math.min(recoverUntil, sacked.lastEntry().getValue());
        if (resendNext < Math.min(until, next)) {
            resendNext += transmit(resendNext, mssBytes);
        }
    }

    private void output() {
        if (isStopped || una == 0 && next > 0) {
            return;
        }
        while (true) {
            next = skipSacked(next);
            long size = next == 0 ? 1 : sendableNow();
            if (size <= 0) {
                break;
            }
            next += transmit(next, size);
            high = Math.max(high, next);
            max = Math.max(max, high);
            if (una == 0) {
                break;
            }
        }
        armTimer();
    }

    /// How many bytes, FIN included, may leave at `next`; 0 if it should wait.
    private long sendableNow() {
        long left = end() - next;
        long inFlight = next - una;
        long usable = Math.min(windowBytes, Math.max(congestionWindow, mssBytes)) - inFlight;
        long size = Math.min(left, Math.max(mssBytes, superSegmentBytes));
        if (usable >= size) {
            return size;
        }
        // a part of a segment only if nothing else is on its way that will bring an ACK
        if (usable >= mssBytes) {
            return usable - usable % mssBytes;
        }
        return inFlight == 0 ? Math.max(0, usable) : 0;
    }

    private long end() {
        return dataEnd + (isFinQueued ? 1 : 0);
    }

    private long skipSacked(long offset) {
        Map.Entry<Long, Long> range = sacked.floorEntry(offset);
        return range != null && range.getValue() > offset ? range.getValue() : offset;
    }

    /// Sends a segment from `offset` on.
    ///
    /// @return how much sequence space it took
    private long transmit(long offset, long most) {
        if (offset < max) {
            resentSegments++;
            // no sample from what was sent twice (RFC 6298 §3)
            timedOffset = -1;
        } else if (timedOffset < 0) {
            timedOffset = offset;
            timedAtNanos = clock.nowNanos();
        }
        if (offset == 0) {
            output.emit(0, true, new byte[0], false);
            return 1;
        }
        Long nextSacked = sacked.higherKey(offset);
        long end = Math.min(offset + most, nextSacked == null ? Long.MAX_VALUE : nextSacked);
        int length = (int) (Math.min(end, dataEnd) - offset);
        boolean isFin = isFinQueued && end > dataEnd;
        byte[] payload = length > 0 ? bytes.copy((int) (offset - Math.max(1, una)), length) : new byte[0];
        output.emit(offset, false, payload, isFin);
        return Math.max(0, length) + (isFin ? 1L : 0L);
    }

    private void armTimer() {
        boolean isNeeded = next > una || end() > next;
        if (!isNeeded || isTimerArmed || isStopped) {
            return;
        }
        isTimerArmed = true;
        int generation = ++timerGeneration;
        clock.after(Math.min(MAX_RTO_NANOS, rtoNanos << Math.min(timeouts, 10)), () -> {
            if (generation == timerGeneration) {
                onTimeout();
            }
        });
    }

    private void disarm() {
        timerGeneration++;
        isTimerArmed = false;
    }

    private void onTimeout() {
        isTimerArmed = false;
        boolean isProbe = next == una;
        timeouts++;
        if (timeouts > MAX_TIMEOUTS && !isProbe) {
            output.onGivenUp();
            return;
        }
        sacked.clear();
        isRecovering = false;
        duplicateAcks = 0;
        if (isProbe) {
            // one byte into a closed window (RFC 9293 §3.8.6.1)
            max = Math.max(max, next + transmit(next, 1));
        } else {
            congestionWindow = mssBytes;
            next = una;
            if (una > 0 && windowBytes < 1) {
                max = Math.max(max, next + transmit(next, 1));
            }
        }
        output();
    }

    private void onRtt(long sampleNanos) {
        if (srttNanos == 0) {
            srttNanos = Math.max(1, sampleNanos);
            rttVarNanos = sampleNanos / 2;
        } else {
            rttVarNanos += (Math.abs(srttNanos - sampleNanos) - rttVarNanos) / 4;
            srttNanos += (sampleNanos - srttNanos) / 8;
        }
        rtoNanos = Math.clamp(srttNanos + 4 * rttVarNanos, MIN_RTO_NANOS, MAX_RTO_NANOS);
    }
}
