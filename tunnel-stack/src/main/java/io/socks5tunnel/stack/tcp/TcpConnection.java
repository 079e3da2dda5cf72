// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.TcpFlow;
import io.socks5tunnel.stack.TcpFlowHandler;
import io.socks5tunnel.stack.TcpState;
import io.socks5tunnel.stack.TimerWheel;
import io.socks5tunnel.stack.tcp.TcpTimers.Kind;
import io.socks5tunnel.stack.wire.SegmentView;
import org.jspecify.annotations.Nullable;

/// One connection with a client: its state, and what goes between its halves, [TcpReceiver] and [TcpSender].
/// Confined to one shard.
///
/// Segments, timers and the owner's calls only change what is known; [#flush] sends what all of them made due,
/// once per burst.
public final class TcpConnection implements TcpFlow, FlowEntry, TimerWheel.Handler {
    private static final long DELAYED_ACK_NANOS = 40_000_000;
    private static final long FIN_WAIT_2_NANOS = 60_000_000_000L;

    private final TcpFlows flows;
    private final FlowKey key;
    private final TcpFlowHandler handler;
    private final TcpSegments segments;
    private final TcpTimestamps timestamps;
    private final TcpTimers timers;
    private final TcpHandshake handshake;
    private final TcpReceiver receiver;
    private final TcpSender sender;
    private final ChallengeLimit challenges = new ChallengeLimit();

    private TcpState state = TcpState.SYN_RECEIVED;
    private boolean isInputShutdown;
    private boolean isFinNoticed;
    private boolean isResetDue;
    /// Whether nothing is left but what the next flush has to say.
    private boolean isGone;
    private boolean isCut;

    private boolean isTouched;
    private @Nullable TcpConnection nextTouched;

    TcpConnection(TcpFlows flows, TcpOpening opening, long nowNanos) {
        this.flows = flows;
        this.key = opening.key();
        this.handler = opening.handler();
        SendQueue queue = new SendQueue(flows.slabs());
        this.segments = new TcpSegments(flows, opening, queue, nowNanos);
        this.timestamps = segments.timestamps();
        this.timers = new TcpTimers(flows.wheel(nowNanos), this);
        this.handshake = new TcpHandshake(segments, timers);
        this.receiver = segments.receiver();
        this.sender = new TcpSender(segments, flows.config(), timers, queue, flows.spareRecords());
        sender.openWindow(opening.clientWindow(), -1);
    }

    @Override
    public FlowKey key() {
        return key;
    }

    @Override
    public boolean isConfirmed() {
        return handshake.isConfirmed();
    }

    @Override
    public int readableBytes() {
        return receiver.readableBytes();
    }

    @Override
    public void peek(GatherList into) {
        receiver.peek(into);
    }

    @Override
    public void consume(int bytes) {
        if (!isGone) {
            receiver.consume(bytes);
            touch();
        }
    }

    @Override
    public boolean isInputEnded() {
        return !isCut && receiver.isEnded();
    }

    @Override
    public int sendSpaceBytes() {
        return isGone ? 0 : sender.spaceBytes();
    }

    @Override
    public void reserve(GatherList into) {
        if (!isGone) {
            sender.reserve(into);
            touch();
        }
    }

    @Override
    public void commit(int bytes) {
        if (!isGone) {
            sender.commit(bytes);
            touch();
        }
    }

    @Override
    public void shutdownOutput() {
        if (!isGone) {
            sender.queueFin();
            touch();
        }
    }

    @Override
    public void shutdownInput() {
        if (!isGone) {
            isInputShutdown = true;
            touch();
        }
    }

    @Override
    public void abort() {
        if (!isGone) {
            isCut = true;
            close(true);
        }
    }

    @Override
    public int unacknowledgedBytes() {
        return sender.unacknowledgedBytes();
    }

    /// The state.
    public TcpState state() {
        return state;
    }

    /// The sending half.
    TcpSender sender() {
        return sender;
    }

    /// The receiving half.
    TcpReceiver receiver() {
        return receiver;
    }

    TcpTimers timers() {
        return timers;
    }

    void touch() {
        if (!isTouched) {
            isTouched = true;
            nextTouched = null;
            flows.touch(this);
        }
    }

    @Nullable
    TcpConnection nextTouched() {
        return nextTouched;
    }

    void nextTouched(TcpConnection connection) {
        nextTouched = connection;
    }

    @Override
    public void reset(long nowNanos) {
        if (!isGone) {
            end(true);
        }
    }

    @Override
    public void onSegment(SegmentView segment, long nowNanos) {
        if (state == TcpState.CLOSED) {
            onSegmentWhenClosed(segment, nowNanos);
            return;
        }
        touch();
        long start = segments.receiveOffset(segment);
        if (segment.isRst()) {
            onRst(start, nowNanos);
        } else if (segment.isSyn()) {
            onSyn(segment, nowNanos);
        } else if (timestamps.isOld(segment, nowNanos)) {
            flows.countDrop(DropReason.TCP_PAWS);
            if (!isOvertakenAck(segment, start)) {
                answerUnacceptable(segment, start, nowNanos);
            }
        } else if (!receiver.isAcceptable(start, segment.segmentLength())) {
            flows.countDrop(DropReason.TCP_OUT_OF_WINDOW);
            answerUnacceptable(segment, start, nowNanos);
        } else if (!segment.isAck()) {
            flows.countDrop(DropReason.TCP_FLAGS_INVALID);
        } else if (state != TcpState.SYN_RECEIVED || completeHandshake(segment, start, nowNanos)) {
            onAcceptable(segment, start, nowNanos);
        }
    }

    @Override
    public void onTimer(long nowNanos) {
        if (isGone) {
            return;
        }
        touch();
        // What a timer sends acknowledges everything received: so first keep what the burst has lent.
        if (receiver.keepAll() > 0) {
            flows.countDrop(DropReason.BUFFERS_EXHAUSTED);
        }
        if (timers.takeDue(Kind.HANDSHAKE, nowNanos) && !handshake.onTimer()) {
            end(false);
            return;
        }
        boolean isAlive = !timers.takeDue(Kind.RETRANSMISSION, nowNanos)
                || sender.recovery().onRetransmissionTimer(nowNanos);
        isAlive &= !timers.takeDue(Kind.PERSIST, nowNanos) || sender.onPersistTimer(nowNanos);
        isAlive &= !timers.takeDue(Kind.FIN_WAIT_2, nowNanos);
        if (!isAlive) {
            end(true);
            return;
        }
        if (timers.takeDue(Kind.LOSS_PROBE, nowNanos)) {
            sender.recovery().onProbeTimer(nowNanos);
        }
        if (timers.takeDue(Kind.REORDERING, nowNanos)) {
            sender.recovery().onReorderingTimer(nowNanos);
        }
        if (timers.takeDue(Kind.DELAYED_ACK, nowNanos)) {
            receiver.ackAtOnce();
        }
    }

    /// Sends what is due, after the packets of a burst were handled and their readers have read.
    void flush(long nowNanos) {
        isTouched = false;
        nextTouched = null;
        if (isGone) {
            flushClosed();
            return;
        }
        if (receiver.keepAll() > 0) {
            flows.countDrop(DropReason.BUFFERS_EXHAUSTED);
        }
        if (isInputShutdown && receiver.readableBytes() > 0) {
            end(true);
            return;
        }
        if (state == TcpState.SYN_RECEIVED) {
            flushHandshake(nowNanos);
        } else {
            flushSynchronized(nowNanos);
        }
        if (!isGone) {
            timers.schedule();
        }
    }

    private void onRst(long start, long nowNanos) {
        if (start == receiver.rcvNxt() && state != TcpState.TIME_WAIT) {
            end(false);
            return;
        }
        flows.countDrop(DropReason.TCP_RESET_IGNORED);
        if (start > receiver.rcvNxt() && start < receiver.rightEdge()) {
            challenge(nowNanos);
        }
    }

    private void onSyn(SegmentView segment, long nowNanos) {
        if (handshake.isRepeatedSyn(segment)) {
            flows.countDrop(DropReason.TCP_SYN_REPEATED);
            timestamps.accept(segment, nowNanos);
            handshake.repeat();
            return;
        }
        flows.countDrop(DropReason.TCP_SYN_UNEXPECTED);
        challenge(nowNanos);
    }

    private void challenge(long nowNanos) {
        if (challenges.tryTake(nowNanos)) {
            receiver.ackAtOnce();
        }
    }

    /// Whether an empty segment tells nothing that a later one has not told already. RFC 7323 §5.3 asks for an
    /// answer to old timestamps, but nobody waits for one to this; Linux gives none either.
    private boolean isOvertakenAck(SegmentView segment, long start) {
        return state.isSynchronized()
                && segment.segmentLength() == 0
                && segment.isAck()
                && start <= receiver.rcvNxt()
                && segments.sendOffset(segment.ack(), sender.una()) <= sender.una();
    }

    /// RFC 9293 §3.10.7.4: one ACK. Old data is always answered, since its sender waits for that; empty segments,
    /// such as keep-alives and window probes, within limits.
    private void answerUnacceptable(SegmentView segment, long start, long nowNanos) {
        if (segment.segmentLength() == 0) {
            challenge(nowNanos);
        } else {
            if (segment.payloadLength() > 0) {
                receiver.noteOld(start, segment.payloadLength());
            }
            receiver.ackAtOnce();
        }
    }

    private boolean completeHandshake(SegmentView segment, long start, long nowNanos) {
        if (!handshake.complete(segment, sender.rtt(), nowNanos)) {
            flows.countDrop(DropReason.TCP_ACK_UNACCEPTABLE);
            flows.answerWithReset(segment);
            return false;
        }
        moveTo(TcpState.ESTABLISHED);
        sender.openWindow(segments.windowBytes(segment), start);
        handler.onConfirmed();
        return true;
    }

    private void onAcceptable(SegmentView segment, long start, long nowNanos) {
        long ackOffset = segments.sendOffset(segment.ack(), sender.una());
        if (ackOffset > sender.nxt()) {
            flows.countDrop(DropReason.TCP_ACK_UNACCEPTABLE);
            challenge(nowNanos);
            return;
        }
        if (ackOffset < sender.una() - sender.maxWindowBytes()) {
            flows.countDrop(DropReason.TCP_ACK_UNACCEPTABLE);
            challenge(nowNanos);
            return;
        }
        if (start <= receiver.acknowledged()) {
            timestamps.accept(segment, nowNanos);
        }
        if (segment.segmentLength() == 0 && start == receiver.rightEdge() && start > receiver.rcvNxt()) {
            challenge(nowNanos);
        }
        if (ackOffset >= sender.una()) {
            // What lies before the window is trimmed off first, so that it does not make the window look old.
            onAck(segment, ackOffset, Math.max(start, receiver.rcvNxt()), nowNanos);
        }
        if (state != TcpState.CLOSED && segment.segmentLength() > 0) {
            onData(segment, start);
        }
    }

    private void onAck(SegmentView segment, long ackOffset, long start, long nowNanos) {
        int spaceBefore = sender.spaceBytes();
        long windowBytes = segments.windowBytes(segment);
        sender.onAck(segment, ackOffset, start, windowBytes, nowNanos);
        if (sender.isFinAcknowledged()) {
            moveTo(state.afterFinAcknowledged());
        }
        if (sender.spaceBytes() > spaceBefore) {
            handler.onWritable();
        }
    }

    private void onData(SegmentView segment, long start) {
        long before = receiver.rcvNxt();
        if (isInputShutdown && start + segment.payloadLength() > before && segment.payloadLength() > 0) {
            end(true);
            return;
        }
        DropReason dropped = receiver.accept(segment, start);
        if (dropped != null) {
            flows.countDrop(dropped);
        }
        if (receiver.rcvNxt() > before) {
            handler.onReadable();
        }
    }

    /// A closed connection waits for [#flush], or for its reader; the client may be quicker with its next SYN.
    private void onSegmentWhenClosed(SegmentView segment, long nowNanos) {
        if (!isGone && receiver.readableBytes() > 0) {
            flows.countDrop(DropReason.TCP_DATA_AFTER_CLOSE);
            return;
        }
        if (!isGone) {
            finish(nowNanos);
        }
        flushClosed();
        flows.onSegment(segment, nowNanos);
    }

    private void flushHandshake(long nowNanos) {
        if (!handshake.send(nowNanos) && receiver.isAckDue()) {
            segments.emitAck(sender.nxt(), nowNanos);
        }
    }

    private void flushSynchronized(long nowNanos) {
        if (receiver.isFinReceived() && !isFinNoticed) {
            isFinNoticed = true;
            moveTo(state.afterFinReceived());
        }
        receiver.onBurstEnd(sender.rtt().srttNanos(), nowNanos);
        if (receiver.isAckDue() && segments.isSackAgreed() && receiver.isSackDue()) {
            // Data segments carry no SACK option: it would make each of them smaller.
            segments.emitAck(sender.nxt(), nowNanos);
        }
        sender.send(nowNanos);
        if (sender.isFinSent() && !state.isFinSent()) {
            moveTo(state.afterFinSent());
        }
        if (receiver.isAckDue()) {
            segments.emitAck(sender.nxt(), nowNanos);
        }
        if (!receiver.isAckOwed()) {
            timers.stop(Kind.DELAYED_ACK);
        } else if (!timers.isSet(Kind.DELAYED_ACK)) {
            timers.set(Kind.DELAYED_ACK, nowNanos + DELAYED_ACK_NANOS);
        }
        boundFinWait2(nowNanos);
        if (state.isOver() && receiver.readableBytes() == 0) {
            finish(nowNanos);
        }
    }

    /// Half-closed connections last as long as their owner likes; but without a reader nothing is worth waiting
    /// for.
    private void boundFinWait2(long nowNanos) {
        if (state == TcpState.FIN_WAIT_2 && isInputShutdown && !timers.isSet(Kind.FIN_WAIT_2)) {
            timers.set(Kind.FIN_WAIT_2, nowNanos + FIN_WAIT_2_NANOS);
        } else if (state != TcpState.FIN_WAIT_2) {
            timers.stop(Kind.FIN_WAIT_2);
        }
    }

    private void flushClosed() {
        if (isResetDue) {
            isResetDue = false;
            long offset = Math.min(sender.nxt(), Math.max(sender.una(), sender.windowRight()));
            segments.emitReset(offset);
        }
        flows.forget(key, this);
    }

    /// Both directions are closed and acknowledged, and everything was read.
    private void finish(long nowNanos) {
        boolean isQuietTimeNeeded = state == TcpState.TIME_WAIT;
        int windowField = receiver.takeWindowField();
        close(false);
        if (isQuietTimeNeeded) {
            TimeWait rest = new TimeWait(
                    flows,
                    key,
                    segments.sendSeq(sender.nxt()),
                    segments.receiveSeq(receiver.rcvNxt()),
                    windowField,
                    timestamps,
                    challenges);
            flows.replace(this, rest, nowNanos);
        }
        handler.onClosed();
    }

    /// Ends the connection without a close in good order, and tells so.
    private void end(boolean isResetSent) {
        isCut = true;
        close(isResetSent);
        handler.onReset();
    }

    private void close(boolean isResetSent) {
        isGone = true;
        isResetDue = isResetSent;
        moveTo(TcpState.CLOSED);
        timers.stopAll();
        receiver.clear();
        sender.clear();
        touch();
    }

    private void moveTo(TcpState newState) {
        state = newState;
    }
}
