// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.TcpFlag;

/// What the living stack has sent to one client, as the client sees it: nothing is lost between them.
final class StackSide {
    private final ByteTally bytes = new ByteTally();
    private boolean hasIsn;
    private int isn;
    private int nextSeq;
    private int sentMax;
    private boolean hasAck;
    private int ackSeq;
    private int rightEdge;
    private int windowShift;
    private boolean hasFin;
    private boolean hasReset;
    private boolean isUnreachable;
    private boolean hasTimestamps;
    private int timestamp;
    private long segments;
    private long resends;
    private long zeroWindows;

    void onSegment(ParsedPacket segment) {
        segments++;
        if (segment.has(TcpFlag.RST)) {
            hasReset = true;
            return;
        }
        if (segment.has(TcpFlag.SYN)) {
            onSyn(segment);
        }
        if (!hasIsn) {
            return;
        }
        if (segment.has(TcpFlag.ACK)) {
            hasAck = true;
            ackSeq = segment.ack();
            rightEdge = segment.ack() + (segment.window() << (segment.has(TcpFlag.SYN) ? 0 : windowShift));
        }
        zeroWindows += segment.window() == 0 ? 1 : 0;
        if (segment.options().hasTimestamps()) {
            hasTimestamps = true;
            timestamp = segment.options().timestampValue();
        }
        onStream(segment);
    }

    /// Whether what a segment brings lies within the window that the client was shown. Resends and probes do not
    /// wait.
    boolean hasRoomFor(ReplayPacket packet) {
        boolean isNew = packet.parsed().payloadLength() > 1
                && !Seq.isBefore(packet.parsed().seq(), ackSeq);
        return !isNew
                || !hasAck
                || !Seq.isBefore(
                        rightEdge, packet.parsed().seq() + packet.parsed().payloadLength());
    }

    /// An ICMP error says that the connection cannot be made.
    void onUnreachable() {
        segments++;
        isUnreachable = true;
    }

    /// The client tries anew: what the stack said about the first attempt counts no more.
    void forgetRefusal() {
        hasReset = false;
        isUnreachable = false;
    }

    boolean hasIsn() {
        return hasIsn;
    }

    int isn() {
        return isn;
    }

    /// What the client expects next.
    int nextSeq() {
        return nextSeq;
    }

    /// The number behind everything sent, FIN included.
    int sentMax() {
        return sentMax;
    }

    boolean hasFin() {
        return hasFin;
    }

    boolean hasReset() {
        return hasReset;
    }

    /// Whether nothing more can come.
    boolean isDead() {
        return hasReset || isUnreachable;
    }

    boolean hasTimestamps() {
        return hasTimestamps;
    }

    /// The last timestamp, to be echoed.
    int timestamp() {
        return timestamp;
    }

    long segments() {
        return segments;
    }

    long resends() {
        return resends;
    }

    long zeroWindows() {
        return zeroWindows;
    }

    /// The payload that reached the client, without repetitions.
    ByteTally bytes() {
        return bytes;
    }

    private void onSyn(ParsedPacket segment) {
        if (!hasIsn) {
            hasIsn = true;
            isn = segment.seq();
            nextSeq = isn + 1;
            sentMax = nextSeq;
            windowShift = Math.max(0, segment.options().windowScale());
        } else {
            resends++;
        }
    }

    private void onStream(ParsedPacket segment) {
        int length = segment.payloadLength();
        boolean endsStream = segment.has(TcpFlag.FIN);
        int end = segment.seq() + length + (endsStream ? 1 : 0);
        if (end == segment.seq() || segment.has(TcpFlag.SYN)) {
            return;
        }
        if (Seq.isBefore(segment.seq(), sentMax)) {
            resends++;
        }
        sentMax = Seq.max(sentMax, end);
        int known = nextSeq - segment.seq();
        if (known < 0) {
            return;
        }
        if (known < length) {
            bytes.add(segment.payload(), known, length - known);
            nextSeq = segment.seq() + length;
        }
        if (endsStream && !hasFin && nextSeq == segment.seq() + length) {
            hasFin = true;
            nextSeq++;
        }
    }
}
