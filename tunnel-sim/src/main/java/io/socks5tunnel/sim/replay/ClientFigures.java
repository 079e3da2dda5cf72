// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.sim.TcpFlag;
import java.util.EnumMap;
import java.util.Map;

/// Counts what a captured client did and what the tunnel did with it.
final class ClientFigures {
    private final Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
    private boolean hasSent;
    private int maxSeq;
    private long segments;
    private long resends;
    private long outOfOrder;
    private long zeroWindows;
    private long held;
    private long forced;
    private long madeUpAcks;
    private long paddedUp;
    private long cutSegments;

    /// A segment is played as captured.
    void onSegment(ReplayPacket packet) {
        boolean takesSpace = packet.parsed().sequenceLength() > 0;
        int seq = packet.parsed().seq();
        boolean isComparable = hasSent && takesSpace && !packet.has(TcpFlag.RST);
        if (isComparable && Seq.isBefore(seq, maxSeq)) {
            resends++;
        } else if (isComparable && Seq.isBefore(maxSeq, seq)) {
            outOfOrder++;
        }
        boolean closesWindow = packet.parsed().window() == 0 && !packet.has(TcpFlag.RST) && !packet.has(TcpFlag.SYN);
        zeroWindows += closesWindow ? 1 : 0;
        onSent(packet.endSeq());
    }

    /// The client's stream has been sent up to `endSeq`.
    void onSent(int endSeq) {
        maxSeq = hasSent ? Seq.max(maxSeq, endSeq) : endSeq;
        hasSent = true;
    }

    /// A new connection begins at `isn`.
    void restartAt(int isn) {
        maxSeq = isn;
        hasSent = true;
    }

    void onInjected() {
        segments++;
    }

    void onDrop(DropReason reason, long count) {
        drops.merge(reason, count, Long::sum);
    }

    void onHeld() {
        held++;
    }

    void onForced() {
        forced++;
    }

    void onMadeUpAck() {
        madeUpAcks++;
    }

    void onPadded(int bytes) {
        paddedUp += bytes;
    }

    void onCut() {
        cutSegments++;
    }

    boolean hasSent() {
        return hasSent;
    }

    /// The number behind everything the client has sent.
    int maxSeq() {
        return maxSeq;
    }

    /// The report, with what others counted.
    FlowReport report(FlowKey key, int instance, FlowEnd end, Streams streams) {
        FlowReport.Repairs repairs = new FlowReport.Repairs(
                streams.hasMadeUpHandshake,
                held,
                forced,
                madeUpAcks,
                paddedUp,
                streams.upstream.script().paddedBytes(),
                cutSegments,
                streams.upstream.script().waitingBytes(),
                streams.missingUp);
        return new FlowReport(
                key,
                instance,
                end,
                streams.upstream.bytes().bytes(),
                streams.stack.bytes().bytes(),
                streams.upstream.bytes().value(),
                streams.stack.bytes().value(),
                streams.capturedDown,
                segments,
                streams.stack.segments(),
                resends,
                streams.stack.resends(),
                outOfOrder,
                zeroWindows,
                streams.stack.zeroWindows(),
                streams.rttNanos,
                repairs,
                drops);
    }

    /// What a report needs besides.
    record Streams(
            UpstreamSide upstream,
            StackSide stack,
            long capturedDown,
            long rttNanos,
            boolean hasMadeUpHandshake,
            long missingUp) {}
}
