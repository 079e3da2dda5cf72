// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A small TCP endpoint of its own, written from RFC 9293, 7323, 2018, 5681 and 6298 and not from our stack, so
/// that each can judge the other. Opens actively or passively, and lives on a [SimHost].
///
/// Confined to one thread.
public final class SimTcpClient implements SimTcpSender.Output {
    private static final long MILLI = 1_000_000L;
    private static final int TIMESTAMP_BYTES = 12;
    private static final long LINGER_NANOS = 60_000_000_000L;
    /// Where numbers change their sign, and where they begin anew.
    private static final int[] EDGES = {Integer.MIN_VALUE, 0};

    private static final int[] CLOSE_BYTES = {3, 3_000, 60_000};
    private static final int[] CLOSE_MILLIS = {30, 300, 3_000, 20_000};

    /// What has become of the connection.
    public enum State {
        /// The handshake is under way.
        OPENING,
        /// Bytes can flow, in at least one direction.
        OPEN,
        /// Both FINs were sent and acknowledged.
        CLOSED,
        /// A RST came, or was sent.
        RESET,
        /// An ICMP error ended the handshake.
        UNREACHABLE,
        /// Nothing was acknowledged for too long.
        TIMED_OUT;

        /// Whether nothing can happen any more.
        public boolean isFinal() {
            return this != OPENING && this != OPEN;
        }
    }

    private final SimHost host;
    private final VirtualClock clock;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final SimTcpOptions options;
    private final int initialSeq;
    private int timestampOffset;
    private int firstOwnTimestamp;
    private final SimTcpSender sender;
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
    private Consumer<byte[]> reader = collected::writeBytes;
    private State state = State.OPENING;
    private @Nullable SimTcpReceiver receiver;
    private int mssBytes;
    private int sendShift;
    private boolean hasSack;
    private boolean hasTimestamps;
    private int recentTimestamp;
    private int lastAckSent;
    private long lastWindowSeq;
    private long lastWindowAck;
    private int lastWindowField;
    private boolean isReadingPaused;
    private int unacknowledgedSegments;
    private boolean isAckScheduled;
    private long receivedBytes;
    private int icmpCode = -1;

    SimTcpClient(SimHost host, InetSocketAddress local, InetSocketAddress remote, SimTcpOptions options) {
        this.host = host;
        this.clock = host.clock();
        this.local = local;
        this.remote = remote;
        this.options = options;
        initialSeq = first(host.random(), CLOSE_BYTES);
        timestampOffset = first(host.random(), CLOSE_MILLIS) - (int) (clock.nowNanos() / MILLI);
        firstOwnTimestamp = timestampNow();
        mssBytes = options.mssBytes();
        hasSack = options.sack();
        hasTimestamps = options.timestamps();
        sender = new SimTcpSender(clock, this, options.flightLimitBytes());
        sender.segmentSize(mssBytes, 0);
    }

    /// A number to begin with: any, or one so close to an edge of all numbers that the connection passes it.
    private static int first(SeededRandom random, int[] distances) {
        int any = random.nextInt();
        int edge = EDGES[random.below(EDGES.length)];
        int distance = 1 + random.below(distances[random.below(distances.length)]);
        return random.chance(0.5) ? any : edge - distance;
    }

    /// This end.
    public InetSocketAddress local() {
        return local;
    }

    /// The other end.
    public InetSocketAddress remote() {
        return remote;
    }

    /// What has become of it.
    public State state() {
        return state;
    }

    /// Hands bytes over to be sent in order; there is no limit.
    public void send(byte[] bytes) {
        if (!state.isFinal()) {
            sender.add(bytes);
        }
    }

    /// Sends FIN behind everything handed over. Receiving goes on.
    public void shutdownOutput() {
        if (!state.isFinal()) {
            sender.queueFin();
        }
    }

    /// Sends RST and forgets everything.
    public void reset() {
        if (!state.isFinal()) {
            emitReset(sender.high());
            end(State.RESET);
        }
    }

    /// Stops taking bytes from the receive buffer, so that the window closes; [#read] takes some.
    public void pauseReading() {
        isReadingPaused = true;
    }

    /// Takes everything that comes again.
    public void resumeReading() {
        isReadingPaused = false;
        read(Integer.MAX_VALUE);
    }

    /// Takes up to `count` bytes from the receive buffer, also while reading is paused.
    public void read(int count) {
        SimTcpReceiver from = receiver;
        if (from == null) {
            return;
        }
        byte[] bytes = from.take(count);
        receivedBytes += bytes.length;
        if (bytes.length > 0) {
            reader.accept(bytes);
        }
        if (!state.isFinal() && from.deservesUpdate(mssBytes)) {
            sendAck();
        }
    }

    /// Throws away what came out of order, which was acknowledged selectively only: RFC 2018 §8 allows that.
    public void renege() {
        if (receiver != null && !state.isFinal()) {
            receiver.forgetAhead();
        }
    }

    /// Sends one segment around the right edge of the peer's window, as a sender does that is wrong about it; the
    /// peer may take nothing from beyond (RFC 9293 §3.10.7.4). Needs bytes handed over that reach so far, else
    /// nothing happens. They are sent again when their turn comes.
    ///
    /// @param insideBytes how much of it lies in the window, 0 or more
    /// @param beyondBytes how much does not, 1 or more
    public void overshoot(int insideBytes, int beyondBytes) {
        if (state == State.OPEN) {
            sender.overshoot(insideBytes, beyondBytes);
        }
    }

    /// Lets the clock of the timestamps jump ahead, as that of a machine that slept.
    ///
    /// @param ticks ms, 0 or more, and less than half of all numbers since the last segment
    public void jumpTimestamps(int ticks) {
        timestampOffset += ticks;
        firstOwnTimestamp = timestampNow();
    }

    /// Has received bytes given to `newReader` instead of being collected for [#received].
    public void onBytes(Consumer<byte[]> newReader) {
        reader = newReader;
    }

    /// Everything received so far, unless [#onBytes] takes it.
    public byte[] received() {
        return collected.toByteArray();
    }

    /// How many bytes were received and read.
    public long receivedBytes() {
        return receivedBytes;
    }

    /// Bytes handed over that the peer has not acknowledged.
    public int unacknowledged() {
        return sender.unacknowledged();
    }

    /// Segments that were sent again.
    public long resentSegments() {
        return sender.resentSegments();
    }

    /// Whether the peer's FIN and everything before it have come.
    public boolean isInputEnded() {
        return receiver != null && receiver.isEnded();
    }

    /// The code of the ICMP error that ended the handshake, or -1.
    public int icmpCode() {
        return icmpCode;
    }

    void open() {
        sender.sendSyn();
    }

    /// Begins passively with the peer's SYN.
    void accept(ParsedPacket syn) {
        onSyn(syn);
        sender.sendSyn();
    }

    void onUnreachable(int code) {
        if (state == State.OPENING) {
            icmpCode = code;
            end(State.UNREACHABLE);
        }
    }

    void onSegment(ParsedPacket segment) {
        SimTcpReceiver into = receiver;
        if (into == null) {
            onAnswerToSyn(segment);
            return;
        }
        long offset = into.offsetOf(segment.seq());
        if (hasTimestamps && segment.options().hasTimestamps() && isOldTimestamp(segment)) {
            sendAckUnlessReset(segment);
            return;
        }
        if (!into.isAcceptable(offset, segment.sequenceLength())) {
            sendAckUnlessReset(segment);
            return;
        }
        if (segment.has(TcpFlag.RST)) {
            // RFC 1337: no RST ends the quiet time
            if (!state.isFinal()) {
                onReset(offset == into.next());
            }
            return;
        }
        if (segment.has(TcpFlag.SYN)) {
            // RFC 5961 §4.2
            sendAck();
            return;
        }
        if (segment.has(TcpFlag.ACK) && !state.isFinal()) {
            noteTimestamp(segment);
            if (onAck(segment, offset)) {
                onText(segment, offset, into);
            }
        } else if (state == State.CLOSED && segment.has(TcpFlag.FIN)) {
            sendAck();
        }
    }

    @Override
    public void emit(long offset, boolean isSyn, byte[] payload, boolean isFin) {
        TcpSegmentBuilder segment =
                segment(isSyn).seq((int) (initialSeq + offset)).payload(payload);
        segment.flags((isSyn ? "S" : "") + (isFin ? "F" : "") + (payload.length > 0 ? "P" : ""));
        host.send(payload.length > mssBytes ? segment.superSegment(mssBytes) : segment.packet());
    }

    @Override
    public void onGivenUp() {
        emitReset(sender.high());
        end(State.TIMED_OUT);
    }

    private void onAnswerToSyn(ParsedPacket segment) {
        boolean isAckGood = segment.has(TcpFlag.ACK) && segment.ack() == initialSeq + 1;
        if (segment.has(TcpFlag.RST)) {
            if (isAckGood) {
                end(State.RESET);
            }
            return;
        }
        if (segment.has(TcpFlag.ACK) && !isAckGood) {
            host.answerWithReset(segment);
            return;
        }
        if (segment.has(TcpFlag.SYN) && isAckGood) {
            onSyn(segment);
            sender.window(segment.window());
            state = State.OPEN;
            sender.onAck(1, false, List.of(), initialSeq, -1);
            if (sender.high() == 1) {
                sendAck();
            }
        }
    }

    private void onSyn(ParsedPacket syn) {
        TcpOptions offered = syn.options();
        SimTcpReceiver into = new SimTcpReceiver(syn.seq(), options.receiveBufferBytes());
        receiver = into;
        hasSack &= offered.sackPermitted();
        hasTimestamps &= offered.hasTimestamps();
        recentTimestamp = offered.timestampValue();
        boolean isScaled = options.windowScale() >= 0 && offered.windowScale() >= 0;
        sendShift = isScaled ? Math.min(14, offered.windowScale()) : 0;
        int peerMss = offered.mss() > 0 ? offered.mss() : syn.version() == 4 ? 536 : 1220;
        mssBytes = Math.min(options.mssBytes(), peerMss) - (hasTimestamps ? TIMESTAMP_BYTES : 0);
        sender.segmentSize(mssBytes, options.superSegmentBytes() / mssBytes * mssBytes);
        into.windowField(mssBytes, true);
        into.scaleShift(isScaled ? options.windowScale() : 0);
        lastWindowSeq = 0;
        lastWindowField = -1;
    }

    /// RFC 9293 §3.10.7.4, fifth check.
    ///
    /// @return whether the segment's text may be looked at
    private boolean onAck(ParsedPacket segment, long offset) {
        long ack = sender.offsetOf(segment.ack(), initialSeq);
        if (sender.isBeyondSent(ack)) {
            sendAck();
            return false;
        }
        if (state == State.OPENING && ack >= 1) {
            state = State.OPEN;
            host.onOpen(this);
        }
        boolean isNewer = lastWindowSeq < offset || lastWindowSeq == offset && lastWindowAck <= ack;
        boolean isWindowChanged = isNewer && segment.window() != lastWindowField;
        if (isNewer) {
            lastWindowSeq = offset;
            lastWindowAck = ack;
            lastWindowField = segment.window();
            sender.window((long) segment.window() << sendShift);
        }
        boolean mayBeDuplicate = segment.sequenceLength() == 0 && !isWindowChanged;
        List<SackBlock> blocks = hasSack ? segment.options().sackBlocks() : List.of();
        sender.onAck(ack, mayBeDuplicate, blocks, initialSeq, rttNanos(segment));
        closeIfDone();
        return true;
    }

    private void onText(ParsedPacket segment, long offset, SimTcpReceiver into) {
        if (segment.sequenceLength() == 0) {
            return;
        }
        long before = into.next();
        boolean hadGaps = !into.sackBlocks(1).isEmpty();
        into.onPayload(offset, segment.payload(), segment.has(TcpFlag.FIN));
        boolean isInOrder =
                into.next() > before && !hadGaps && into.sackBlocks(1).isEmpty();
        unacknowledgedSegments++;
        if (!isReadingPaused) {
            byte[] bytes = into.take(Integer.MAX_VALUE);
            receivedBytes += bytes.length;
            if (bytes.length > 0) {
                reader.accept(bytes);
            }
        }
        boolean isLarge = segment.payloadLength() > mssBytes;
        boolean mayWait = isInOrder && unacknowledgedSegments < 2 && !isLarge && !into.isEnded();
        if (state.isFinal()) {
            return;
        }
        if (mayWait && options.delayedAckNanos() > 0) {
            scheduleAck();
        } else if (unacknowledgedSegments > 0) {
            sendAck();
        }
        closeIfDone();
    }

    private void onReset(boolean isExact) {
        if (isExact) {
            end(State.RESET);
        } else {
            // RFC 5961 §3.2
            sendAck();
        }
    }

    private void closeIfDone() {
        if (!state.isFinal() && sender.isFinAcknowledged() && isInputEnded()) {
            end(State.CLOSED);
        }
    }

    private void end(State last) {
        state = last;
        sender.stop();
        if (last == State.CLOSED) {
            // the peer's FIN may come again if our last ACK is lost
            clock.after(LINGER_NANOS, () -> host.forget(this));
        } else {
            host.forget(this);
        }
    }

    private void scheduleAck() {
        if (!isAckScheduled) {
            isAckScheduled = true;
            clock.after(options.delayedAckNanos(), () -> {
                isAckScheduled = false;
                if (unacknowledgedSegments > 0 && !state.isFinal()) {
                    sendAck();
                }
            });
        }
    }

    private void sendAckUnlessReset(ParsedPacket segment) {
        if (!segment.has(TcpFlag.RST)) {
            sendAck();
        }
    }

    private void sendAck() {
        host.send(segment(false).seq((int) (initialSeq + sender.high())).packet());
    }

    private void emitReset(long offset) {
        host.send(segment(false).flags("R").seq((int) (initialSeq + offset)).packet());
    }

    /// A segment with everything that the receiving half has to say.
    private TcpSegmentBuilder segment(boolean isSyn) {
        TcpSegmentBuilder segment = PacketBuilder.between(local, remote).tcp();
        SimTcpReceiver from = receiver;
        if (isSyn) {
            addSynOptions(segment);
        }
        if (hasTimestamps) {
            segment.nop().nop().timestamps(timestampNow(), recentTimestamp);
        }
        if (from == null) {
            return segment.window(Math.min(0xffff, options.receiveBufferBytes()));
        }
        segment.ack(from.ackSeq()).window(from.windowField(mssBytes, isSyn));
        lastAckSent = from.ackSeq();
        unacknowledgedSegments = 0;
        List<SackBlock> blocks = hasSack && !isSyn ? from.sackBlocks(hasTimestamps ? 3 : 4) : List.of();
        if (!blocks.isEmpty()) {
            segment.nop().nop().sack(blocks);
        }
        return segment;
    }

    private void addSynOptions(TcpSegmentBuilder segment) {
        segment.mss(options.mssBytes());
        if (options.windowScale() >= 0) {
            segment.nop().windowScale(options.windowScale());
        }
        if (hasSack) {
            segment.sackPermitted();
        }
    }

    private int timestampNow() {
        return (int) (clock.nowNanos() / MILLI) + timestampOffset;
    }

    private long rttNanos(ParsedPacket segment) {
        // an echo from before a jump says nothing about time
        boolean hasEcho = hasTimestamps
                && segment.options().hasTimestamps()
                && segment.options().timestampEcho() - firstOwnTimestamp >= 0;
        return hasEcho ? (timestampNow() - segment.options().timestampEcho()) * MILLI : -1;
    }

    /// RFC 7323 §5.3, R1.
    private boolean isOldTimestamp(ParsedPacket segment) {
        return segment.options().timestampValue() - recentTimestamp < 0 && !segment.has(TcpFlag.RST);
    }

    /// RFC 7323 §4.3.
    private void noteTimestamp(ParsedPacket segment) {
        if (hasTimestamps && segment.options().hasTimestamps() && segment.seq() - lastAckSent <= 0) {
            recentTimestamp = segment.options().timestampValue();
        }
    }
}
