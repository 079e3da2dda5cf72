// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.PacketBuilder;
import io.socks5tunnel.sim.SimPacket;
import io.socks5tunnel.sim.TcpFlag;
import io.socks5tunnel.sim.TcpOptions;
import io.socks5tunnel.sim.TcpSegmentBuilder;

/// What a captured client has told the living stack so far: acknowledgements, window, timestamps. From that it
/// makes the segments that the capture lacks.
final class ClientEnd {
    private static final int WINDOW_SCALE = 7;
    private static final int WINDOW = 65_535;
    private static final int IP_AND_TCP_HEADER_BYTES = 60;

    private final FlowKey key;
    private final int mtuBytes;
    private final StackSide stack;
    private final ClientFigures figures;
    private int ackedSeq;
    private boolean hasAcked;
    private int lastWindow = WINDOW;
    private int lastTimestamp;
    private boolean hasFin;
    private boolean hasReset;

    ClientEnd(FlowKey key, int mtuBytes, StackSide stack, ClientFigures figures) {
        this.key = key;
        this.mtuBytes = mtuBytes;
        this.stack = stack;
        this.figures = figures;
    }

    /// A captured packet goes out.
    ///
    /// @param ackShift what is added to its acknowledgement number
    void remember(ReplayPacket packet, int ackShift) {
        boolean hasNumbers = packet.has(TcpFlag.ACK) && stack.hasIsn() && !packet.has(TcpFlag.RST);
        if (hasNumbers) {
            int ack = Seq.min(packet.parsed().ack() + ackShift, stack.nextSeq());
            ackedSeq = hasAcked ? Seq.max(ackedSeq, ack) : ack;
            hasAcked = true;
            lastWindow = packet.parsed().window() > 0 ? packet.parsed().window() : lastWindow;
        }
        if (packet.parsed().options().hasTimestamps()) {
            lastTimestamp = packet.parsed().options().timestampValue();
        }
        hasFin |= packet.has(TcpFlag.FIN);
        hasReset |= packet.has(TcpFlag.RST);
    }

    /// Whether the client has acknowledged anything.
    boolean hasAcked() {
        return hasAcked;
    }

    /// Whether it has acknowledged everything that has come.
    boolean isAllAcked() {
        return hasAcked && !Seq.isBefore(ackedSeq, stack.nextSeq());
    }

    boolean hasFin() {
        return hasFin;
    }

    boolean hasReset() {
        return hasReset;
    }

    /// The most payload that a made-up segment carries, bytes.
    int maxPayloadBytes() {
        return mtuBytes - IP_AND_TCP_HEADER_BYTES;
    }

    /// A SYN for a flow whose own is not in the capture.
    ///
    /// @param seen the options of the first packet that is
    SimPacket syn(int isn, TcpOptions seen) {
        TcpSegmentBuilder syn = segment(isn).flags("S").mss(maxPayloadBytes());
        syn.sackPermitted().windowScale(WINDOW_SCALE);
        if (seen.hasTimestamps()) {
            lastTimestamp = seen.timestampValue();
            syn.timestamps(lastTimestamp, 0);
        }
        figures.onSent(isn + 1);
        return syn.packet();
    }

    /// An acknowledgement of everything that has come.
    SimPacket ack() {
        figures.onMadeUpAck();
        ackedSeq = stack.nextSeq();
        hasAcked = true;
        return acknowledging(segment(figures.maxSeq())).packet();
    }

    /// Zeros in place of payload that the capture lacks.
    SimPacket filling(int seq, int length) {
        figures.onPadded(length);
        figures.onSent(seq + length);
        return acknowledging(segment(seq).payload(new byte[length])).packet();
    }

    /// The end of the client's stream.
    SimPacket fin() {
        hasFin = true;
        SimPacket fin = acknowledging(segment(figures.maxSeq()).flags("F")).packet();
        figures.onSent(figures.maxSeq() + 1);
        return fin;
    }

    /// An end without good order.
    SimPacket reset() {
        return segment(figures.maxSeq()).flags("R").packet();
    }

    private TcpSegmentBuilder acknowledging(TcpSegmentBuilder segment) {
        segment.ack(stack.nextSeq()).window(lastWindow);
        if (stack.hasTimestamps()) {
            segment.nop().nop().timestamps(lastTimestamp, stack.timestamp());
        }
        return segment;
    }

    private TcpSegmentBuilder segment(int seq) {
        return PacketBuilder.between(key.client(), key.server()).tcp().seq(seq);
    }
}
