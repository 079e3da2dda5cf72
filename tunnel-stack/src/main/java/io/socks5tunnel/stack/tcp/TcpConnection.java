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
import io.socks5tunnel.stack.inspect.FlowView;
import io.socks5tunnel.stack.ip.Resets;
import io.socks5tunnel.stack.tcp.TcpTimers.Kind;
import io.socks5tunnel.stack.wire.Ipv4Header;
import io.socks5tunnel.stack.wire.Ipv6Header;
import io.socks5tunnel.stack.wire.SegmentView;
import io.socks5tunnel.stack.wire.TcpHeader;
import io.socks5tunnel.stack.wire.TcpOptions;
import org.jspecify.annotations.Nullable;

/// One connection with a client: its state, and what goes between its halves, [TcpReceiver] and [TcpSender].
/// Confined to one shard.
///
/// Segments, timers and the owner's calls only change what is known; [#flush] sends what all of them made due,
/// once per burst.
public final class TcpConnection implements TcpFlow, FlowEntry, TimerWheel.Handler {
    private static final int MAX_SYN_ACK_RESENDS = 5;
    private static final long FIRST_SYN_ACK_RESEND_NANOS = 1_000_000_000;
    private static final long DELAYED_ACK_NANOS = 40_000_000;
    private static final long FIN_WAIT_2_NANOS = 60_000_000_000L;
    private static final int MIN_SEGMENT_BYTES = 8;
    private static final int MAX_UNSCALED_WINDOW = 65535;

    private final TcpFlows flows;
    private final FlowKey key;
    private final TcpFlowHandler handler;
    private final TcpOptionSet options;
    private final int iss;
    private final int irs;
    private final int ownSegmentSize;
    private final int headerBytes;
    private final TcpTimestamps timestamps;
    private final TcpTimers timers;
    private final TcpReceiver receiver;
    private final TcpSender sender;
    private final ChallengeLimit challenges = new ChallengeLimit();
    private final SackBlocks sackBlocks = new SackBlocks();

    private TcpState state = TcpState.SYN_RECEIVED;
    private boolean isSynAckDue = true;
    private int synAckResends;
    private long synAckSentNanos;
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
        this.options = opening.options();
        this.irs = opening.clientIsn();
        this.iss = opening.initialSequenceNumber(nowNanos);
        int ipBytes = key.isIpv4() ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH;
        this.headerBytes = ipBytes + TcpHeader.MIN_LENGTH + (options.isTimestamps() ? TcpOptions.TIMESTAMPS_LENGTH : 0);
        this.ownSegmentSize = Math.max(MIN_SEGMENT_BYTES, flows.config().mtuBytes() - ipBytes - TcpHeader.MIN_LENGTH);
        this.timestamps = new TcpTimestamps(
                options.isTimestamps(),
                flows.initialSequenceNumber().timestampOffset(key),
                opening.clientTimestamp(),
                nowNanos);
        this.timers = new TcpTimers(flows.wheel(nowNanos), this);
        int synAckWindow = Math.min(MAX_UNSCALED_WINDOW, flows.config().initialReceiveWindowBytes());
        this.receiver = new TcpReceiver(
                flows.config(),
                flows.receivedPayload(),
                options.receiveShift(),
                ownSegmentSize,
                synAckWindow,
                nowNanos);
        this.sender = new TcpSender(this, flows.config(), timers, new SendQueue(flows.slabs()), flows.spareRecords());
        sender.openWindow(opening.clientWindow(), -1);
    }

    @Override
    public FlowKey key() {
        return key;
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
        receiver.consume(bytes);
        touch();
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
        sender.queueFin();
        touch();
    }

    @Override
    public void shutdownInput() {
        isInputShutdown = true;
        touch();
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

    /// What it looks like inside.
    FlowView inspect() {
        Scoreboard scoreboard = sender.scoreboard();
        return new FlowView(
                key,
                state,
                sender.una(),
                sender.nxt(),
                sender.windowRight(),
                sender.queue().end(),
                receiver.rcvNxt(),
                receiver.rightEdge(),
                receiver.readableBytes(),
                receiver.outOfOrderRanges(),
                sender.congestion().windowBytes(),
                scoreboard.inFlightBytes(),
                scoreboard.lostBytes(),
                scoreboard.sackedBytes(),
                sender.segmentBytes(),
                receiver.slabCount() + sender.queue().slabCount(),
                sender.isFinQueued(),
                timers.isAnySet());
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

    boolean isSackAgreed() {
        return options.isSack();
    }

    /// Payload of a full segment, options taken off, bytes.
    int segmentBytes() {
        int size = Math.min(options.segmentSizeBytes(), ownSegmentSize);
        return Math.max(MIN_SEGMENT_BYTES, size - (options.isTimestamps() ? TcpOptions.TIMESTAMPS_LENGTH : 0));
    }

    /// The most payload that one packet may carry now, bytes.
    int maxPayloadBytes() {
        return flows.emitter().maxPayloadBytes(sender.segmentBytes(), headerBytes);
    }

    /// Stream offset of a sequence number in the sending direction.
    long sendOffset(int seq) {
        return sender.una() + (seq - sendSeq(sender.una()));
    }

    /// When what this segment acknowledges was sent at the latest, by its timestamp echo.
    long echoedSendTime(SegmentView segment, long nowNanos) {
        return timestamps.isUsed() && segment.hasTimestamps()
                ? timestamps.sentAtTheLatest(segment.tsEcr(), nowNanos)
                : TcpTimestamps.NO_TIME;
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
        long start = receiver.rcvNxt() + (segment.seq() - receiveSeq(receiver.rcvNxt()));
        if (segment.isRst()) {
            onRst(start, nowNanos);
        } else if (segment.isSyn()) {
            onSyn(segment, nowNanos);
        } else if (timestamps.isOld(segment, nowNanos)) {
            flows.countDrop(DropReason.TCP_PAWS);
            answerUnacceptable(segment, start, nowNanos);
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
        if (timers.takeDue(Kind.HANDSHAKE, nowNanos)) {
            if (synAckResends == MAX_SYN_ACK_RESENDS) {
                end(false);
                return;
            }
            synAckResends++;
            isSynAckDue = true;
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

    /// Sends `[start, start + length)` of the send queue.
    void emitData(long start, int length, boolean isFin, boolean isPush, long nowNanos) {
        int flags = TcpHeader.ACK | (isFin ? TcpHeader.FIN : 0) | (isPush && length > 0 ? TcpHeader.PSH : 0);
        begin(flags, start, nowNanos);
        if (length > 0) {
            flows.emitter().payload(sender.queue(), start, length);
        }
        flows.emitter().end(sender.segmentBytes());
        receiver.onAckSent();
    }

    /// Sends an empty segment just below what the client expects: it must answer with its window, as Linux' probes
    /// do.
    void emitProbe(long nowNanos) {
        begin(TcpHeader.ACK, sender.una() - 1, nowNanos);
        flows.emitter().end(0);
        receiver.onAckSent();
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
        if (state == TcpState.SYN_RECEIVED && segment.seq() == irs && !segment.isAck()) {
            flows.countDrop(DropReason.TCP_SYN_REPEATED);
            timestamps.accept(segment, nowNanos);
            isSynAckDue = true;
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
        if (segment.ack() != iss + 1) {
            flows.countDrop(DropReason.TCP_ACK_UNACCEPTABLE);
            flows.answerWithReset(segment);
            return false;
        }
        moveTo(TcpState.ESTABLISHED);
        timers.stop(Kind.HANDSHAKE);
        isSynAckDue = false;
        if (synAckResends == 0) {
            sender.rtt().onSample(Math.max(1, nowNanos - synAckSentNanos), nowNanos);
        } else {
            sender.rtt().onHandshakeTimeout();
        }
        sender.openWindow((long) segment.window() << options.sendShift(), start);
        return true;
    }

    private void onAcceptable(SegmentView segment, long start, long nowNanos) {
        long ackOffset = sendOffset(segment.ack());
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
            onAck(segment, ackOffset, start, nowNanos);
        }
        if (!isGone && segment.segmentLength() > 0) {
            onData(segment, start);
        }
    }

    private void onAck(SegmentView segment, long ackOffset, long start, long nowNanos) {
        int spaceBefore = sender.spaceBytes();
        long windowBytes = (long) segment.window() << options.sendShift();
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
        if (isSynAckDue) {
            isSynAckDue = false;
            synAckSentNanos = nowNanos;
            emitSynAck(nowNanos);
            timers.set(Kind.HANDSHAKE, nowNanos + (FIRST_SYN_ACK_RESEND_NANOS << synAckResends));
        } else if (receiver.isAckDue()) {
            emitAck(nowNanos);
        }
    }

    private void flushSynchronized(long nowNanos) {
        if (receiver.isFinReceived() && !isFinNoticed) {
            isFinNoticed = true;
            moveTo(state.afterFinReceived());
        }
        receiver.onBurstEnd(sender.rtt().srttNanos(), nowNanos);
        if (receiver.isAckDue() && options.isSack() && receiver.isSackDue()) {
            // Data segments carry no SACK option: it would make each of them smaller.
            emitAck(nowNanos);
        }
        sender.send(nowNanos);
        if (sender.isFinSent() && !state.isFinSent()) {
            moveTo(state.afterFinSent());
        }
        if (receiver.isAckDue()) {
            emitAck(nowNanos);
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
            Resets.writeWithAck(
                    key,
                    sendSeq(offset),
                    receiveSeq(receiver.rcvNxt()),
                    flows.emitter().packet());
            flows.emitter().emit();
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
                    flows, key, sendSeq(sender.nxt()), receiveSeq(receiver.rcvNxt()), windowField, timestamps);
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

    private void emitSynAck(long nowNanos) {
        int window = Math.min(MAX_UNSCALED_WINDOW, flows.config().initialReceiveWindowBytes());
        SegmentEmitter emitter = flows.emitter();
        emitter.begin(key, TcpHeader.SYN | TcpHeader.ACK, iss, irs + 1, window);
        emitter.synAckOptions(
                ownSegmentSize, options.isScaling() ? options.receiveShift() : SegmentView.NONE, options.isSack());
        if (timestamps.isUsed()) {
            emitter.timestamps(timestamps.value(nowNanos), timestamps.recent());
        }
        emitter.end(0);
    }

    private void emitAck(long nowNanos) {
        begin(TcpHeader.ACK, sender.nxt(), nowNanos);
        if (options.isSack() && receiver.isSackDue()) {
            sackBlocks.clear(TcpOptions.maxSackBlocks(timestamps.isUsed()));
            receiver.reportSack(sackBlocks);
            flows.emitter().sack(sackBlocks, receiveSeq(0));
        }
        flows.emitter().end(0);
        receiver.onAckSent();
    }

    private void begin(int flags, long sendOffset, long nowNanos) {
        int window = receiver.takeWindowField();
        flows.emitter().begin(key, flags, sendSeq(sendOffset), receiveSeq(receiver.rcvNxt()), window);
        if (timestamps.isUsed()) {
            flows.emitter().timestamps(timestamps.value(nowNanos), timestamps.recent());
        }
    }

    private int sendSeq(long offset) {
        return iss + 1 + (int) offset;
    }

    private int receiveSeq(long offset) {
        return irs + 1 + (int) offset;
    }
}
