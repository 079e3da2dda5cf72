// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.ip.Resets;
import io.socks5tunnel.stack.wire.Ipv4Header;
import io.socks5tunnel.stack.wire.Ipv6Header;
import io.socks5tunnel.stack.wire.SegmentView;
import io.socks5tunnel.stack.wire.TcpHeader;
import io.socks5tunnel.stack.wire.TcpOptions;

/// The segments of one connection: turns stream offsets into sequence numbers and back, and fills in what every
/// segment carries: acknowledgement, window, timestamps. Confined to one shard.
final class TcpSegments {
    private static final int MIN_SEGMENT_BYTES = 8;
    private static final int MAX_UNSCALED_WINDOW = 65535;

    private final FlowKey key;
    private final SegmentEmitter emitter;
    private final TcpOptionSet options;
    private final int iss;
    private final int irs;
    private final int ownSegmentSize;
    private final int headerBytes;
    private final PathMtu pathMtu = new PathMtu();
    private int segmentBytes;
    private final int synAckWindowBytes;
    private final TcpTimestamps timestamps;
    private final TcpReceiver receiver;
    private final SendQueue queue;
    private final SackBlocks sackBlocks = new SackBlocks();

    TcpSegments(TcpFlows flows, TcpOpening opening, SendQueue queue, long nowNanos) {
        this.key = opening.key();
        this.emitter = flows.emitter();
        this.options = opening.options();
        this.iss = opening.initialSequenceNumber(nowNanos);
        this.irs = opening.clientIsn();
        this.queue = queue;
        int fixedBytes = TcpHeader.MIN_LENGTH + (key.isIpv4() ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH);
        int timestampBytes = options.isTimestamps() ? TcpOptions.TIMESTAMPS_LENGTH : 0;
        this.headerBytes = fixedBytes + timestampBytes;
        this.ownSegmentSize = Math.max(MIN_SEGMENT_BYTES, flows.config().mtuBytes() - fixedBytes);
        int size = Math.min(options.segmentSizeBytes(), ownSegmentSize);
        this.segmentBytes = Math.max(MIN_SEGMENT_BYTES, size - timestampBytes);
        this.synAckWindowBytes = Math.min(MAX_UNSCALED_WINDOW, flows.config().initialReceiveWindowBytes());
        this.timestamps = new TcpTimestamps(
                options.isTimestamps(),
                flows.initialSequenceNumber().timestampOffset(key),
                opening.clientTimestamp(),
                nowNanos);
        this.receiver = new TcpReceiver(
                flows.config(),
                flows.receivedPayload(),
                options.receiveShift(),
                ownSegmentSize,
                synAckWindowBytes,
                nowNanos);
    }

    TcpReceiver receiver() {
        return receiver;
    }

    TcpTimestamps timestamps() {
        return timestamps;
    }

    boolean isSackAgreed() {
        return options.isSack();
    }

    /// Payload of a full segment to the client, options taken off, bytes.
    int segmentBytes() {
        return segmentBytes;
    }

    PathMtu pathMtu() {
        return pathMtu;
    }

    /// What [#segmentBytes] would be if the client were behind a link of `mtuBytes`.
    int segmentBytesFor(int mtuBytes) {
        return Math.min(segmentBytes, Math.max(MIN_SEGMENT_BYTES, mtuBytes - headerBytes));
    }

    /// Makes segments smaller from now on.
    void lowerSegmentBytes(int bytes) {
        segmentBytes = bytes;
        pathMtu.onLowered();
    }

    /// Makes segments as large again as they once were.
    void raiseSegmentBytes(int bytes) {
        segmentBytes = bytes;
    }

    boolean isIpv4() {
        return key.isIpv4();
    }

    /// The most payload that one packet may carry now, bytes.
    int maxPayloadBytes() {
        return emitter.maxPayloadBytes(segmentBytes, headerBytes);
    }

    /// Whether a segment begins where the client's SYN did.
    boolean isAtClientSyn(SegmentView segment) {
        return segment.seq() == irs;
    }

    /// Whether a segment acknowledges our SYN and nothing more.
    boolean isAckOfSyn(SegmentView segment) {
        return segment.ack() == iss + 1;
    }

    /// The window that a segment offers, scaled up, bytes.
    long windowBytes(SegmentView segment) {
        return (long) segment.window() << options.sendShift();
    }

    /// Stream offset of a sequence number in the sending direction.
    ///
    /// @param near an offset within 2^31 of it
    long sendOffset(int seq, long near) {
        return near + (seq - sendSeq(near));
    }

    /// Stream offset of the first byte of a segment.
    long receiveOffset(SegmentView segment) {
        long near = receiver.rcvNxt();
        return near + (segment.seq() - receiveSeq(near));
    }

    int sendSeq(long offset) {
        return iss + 1 + (int) offset;
    }

    int receiveSeq(long offset) {
        return irs + 1 + (int) offset;
    }

    /// When what this segment acknowledges was sent at the latest, by its timestamp echo.
    long echoedSendTime(SegmentView segment, long nowNanos) {
        return timestamps.isUsed() && segment.hasTimestamps()
                ? timestamps.sentAtTheLatest(segment.tsEcr(), nowNanos)
                : TcpTimestamps.NO_TIME;
    }

    /// Sends SYN-ACK.
    void emitSynAck(long nowNanos) {
        emitter.begin(key, TcpHeader.SYN | TcpHeader.ACK, iss, irs + 1, synAckWindowBytes);
        emitter.synAckOptions(
                ownSegmentSize, options.isScaling() ? options.receiveShift() : SegmentView.NONE, options.isSack());
        appendTimestamps(nowNanos);
        emitter.end(0);
    }

    /// Sends `[start, start + length)` of the send queue.
    void emitData(long start, int length, boolean isFin, boolean isPush, long nowNanos) {
        int flags = TcpHeader.ACK | (isFin ? TcpHeader.FIN : 0) | (isPush && length > 0 ? TcpHeader.PSH : 0);
        begin(flags, start, nowNanos);
        if (length > 0) {
            emitter.payload(queue, start, length);
            pathMtu.onSent(start, length, segmentBytes);
        }
        emitter.end(segmentBytes);
        receiver.onAckSent();
    }

    /// Sends a bare acknowledgement, with SACK blocks if there are any.
    void emitAck(long sndNxt, long nowNanos) {
        begin(TcpHeader.ACK, sndNxt, nowNanos);
        if (options.isSack() && receiver.isSackDue()) {
            sackBlocks.clear(TcpOptions.maxSackBlocks(timestamps.isUsed()));
            receiver.reportSack(sackBlocks);
            emitter.sack(sackBlocks, receiveSeq(0));
        }
        emitter.end(0);
        receiver.onAckSent();
    }

    /// Sends an empty segment just below what the client expects: it must answer with its window, as Linux' probes
    /// do.
    void emitProbe(long sndUna, long nowNanos) {
        begin(TcpHeader.ACK, sndUna - 1, nowNanos);
        emitter.end(0);
        receiver.onAckSent();
    }

    /// Sends RST.
    void emitReset(long offset) {
        Resets.writeWithAck(key, sendSeq(offset), receiveSeq(receiver.rcvNxt()), emitter.packet());
        emitter.emit();
    }

    private void begin(int flags, long sendOffset, long nowNanos) {
        int window = receiver.takeWindowField();
        emitter.begin(key, flags, sendSeq(sendOffset), receiveSeq(receiver.rcvNxt()), window);
        appendTimestamps(nowNanos);
    }

    private void appendTimestamps(long nowNanos) {
        if (timestamps.isUsed()) {
            emitter.timestamps(timestamps.value(nowNanos), timestamps.recent());
        }
    }
}
