// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.TcpFlag;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the captured server did, in the order of its stream: bytes without repetitions, then its end. An
/// independent reassembly: where segments disagree, the first one holds.
///
/// Every step carries what the server had acknowledged by then, so that an answer is not played before the question
/// has come.
@SuppressWarnings("ArrayRecordComponent") // bytes are moved, never compared
final class ServerScript {
    /// Bytes beyond a hole that are kept; beyond that the hole is filled.
    private static final int MAX_PENDING_BYTES = 4 << 20;

    /// What happens in a step.
    enum Kind {
        /// Bytes of the stream.
        BYTES,
        /// FIN.
        END,
        /// RST.
        RESET
    }

    /// One thing that the server did.
    ///
    /// @param bytes what it sent, empty unless `kind` says so
    /// @param hasAck whether `ackSeq` counts
    /// @param ackSeq what it had got from the client by then
    /// @param dueNanos when it did it
    record Step(Kind kind, byte[] bytes, boolean hasAck, int ackSeq, long dueNanos) {}

    private record Piece(int seq, byte[] bytes) {}

    private final ArrayDeque<Step> steps = new ArrayDeque<>();
    private final List<Piece> pending = new ArrayList<>();
    private boolean hasBegun;
    private int nextSeq;
    private int pendingBytes;
    private long waitingBytes;
    private long streamBytes;
    private long paddedBytes;
    private boolean hasFinSeq;
    private int finSeq;
    private boolean hasEnded;
    private int lastAck;
    private boolean hasLastAck;

    /// The stream begins behind this number.
    void begin(int isn) {
        if (!hasBegun) {
            hasBegun = true;
            nextSeq = isn + 1;
        }
    }

    /// Takes a segment of the server in the order of the capture.
    void onSegment(ReplayPacket packet, long nowNanos) {
        if (packet.has(TcpFlag.ACK)) {
            lastAck = hasLastAck
                    ? Seq.max(lastAck, packet.parsed().ack())
                    : packet.parsed().ack();
            hasLastAck = true;
        }
        if (packet.has(TcpFlag.RST)) {
            end(Kind.RESET, nowNanos);
            return;
        }
        int seq = packet.parsed().seq() + (packet.has(TcpFlag.SYN) ? 1 : 0);
        if (packet.parsed().payloadLength() > 0) {
            addPiece(seq, packet.parsed().payload(), nowNanos);
        }
        if (packet.has(TcpFlag.FIN)) {
            hasFinSeq = true;
            finSeq = seq + packet.parsed().payloadLength();
        }
        finish(nowNanos);
    }

    /// Whether the stream is known up to `seq`.
    boolean covers(int seq) {
        int end = nextSeq + (hasEnded ? 1 : 0);
        return !hasBegun || !Seq.isBefore(end, seq);
    }

    /// Fills a hole in the capture with zeros, up to the next bytes that are there and at most up to `seq`.
    void fillTo(int seq, long nowNanos) {
        int limit = seq;
        for (Piece piece : pending) {
            limit = Seq.min(limit, piece.seq);
        }
        int missing = limit - nextSeq - (hasFinSeq && limit == finSeq + 1 ? 1 : 0);
        if (missing > 0 && missing <= MAX_PENDING_BYTES) {
            paddedBytes += missing;
            addPiece(nextSeq, new byte[missing], nowNanos);
            finish(nowNanos);
        }
    }

    /// What is to be done next, null if nothing is.
    @Nullable
    Step head() {
        return steps.peek();
    }

    /// The first step is done as far as its first `count` bytes.
    void onPlayed(int count) {
        Step step = steps.remove();
        waitingBytes -= count;
        if (count < step.bytes.length) {
            byte[] rest = Arrays.copyOfRange(step.bytes, count, step.bytes.length);
            steps.addFirst(new Step(step.kind, rest, step.hasAck, step.ackSeq, step.dueNanos));
        }
    }

    /// Nothing of it can be played any more.
    void drop() {
        steps.clear();
    }

    /// Bytes that wait to be played.
    long waitingBytes() {
        return waitingBytes;
    }

    /// Bytes of the stream so far, those that wait and those filled in included.
    long streamBytes() {
        return streamBytes;
    }

    long paddedBytes() {
        return paddedBytes;
    }

    /// Whether the server has acknowledged anything, and what.
    boolean hasLastAck() {
        return hasLastAck;
    }

    int lastAck() {
        return lastAck;
    }

    /// Whether the stream has come to its end, in good order or by RST.
    boolean hasEnded() {
        return hasEnded;
    }

    private void addPiece(int seq, byte[] bytes, long nowNanos) {
        begin(seq - 1);
        int known = nextSeq - seq;
        if (known >= bytes.length || hasEnded) {
            return;
        }
        if (known < 0) {
            if (-known <= MAX_PENDING_BYTES) {
                pending.add(new Piece(seq, bytes));
                pendingBytes += bytes.length;
            }
            if (pendingBytes > MAX_PENDING_BYTES) {
                fillTo(seq, nowNanos);
            }
            return;
        }
        append(known == 0 ? bytes : Arrays.copyOfRange(bytes, known, bytes.length), nowNanos);
        takePending(nowNanos);
    }

    private void takePending(long nowNanos) {
        boolean isGoingOn = true;
        while (isGoingOn) {
            isGoingOn = false;
            for (int i = 0; i < pending.size(); i++) {
                Piece piece = pending.get(i);
                if (!Seq.isBefore(nextSeq, piece.seq)) {
                    pending.remove(i);
                    pendingBytes -= piece.bytes.length;
                    int known = nextSeq - piece.seq;
                    if (known < piece.bytes.length) {
                        append(Arrays.copyOfRange(piece.bytes, known, piece.bytes.length), nowNanos);
                    }
                    isGoingOn = true;
                    break;
                }
            }
        }
    }

    private void append(byte[] bytes, long nowNanos) {
        steps.add(new Step(Kind.BYTES, bytes, hasLastAck, lastAck, nowNanos));
        nextSeq += bytes.length;
        streamBytes += bytes.length;
        waitingBytes += bytes.length;
    }

    private void finish(long nowNanos) {
        if (hasFinSeq && hasBegun && nextSeq == finSeq) {
            end(Kind.END, nowNanos);
        }
    }

    private void end(Kind kind, long nowNanos) {
        if (!hasEnded || kind == Kind.RESET) {
            steps.add(new Step(kind, new byte[0], hasLastAck, lastAck, nowNanos));
            hasEnded = true;
        }
    }
}
