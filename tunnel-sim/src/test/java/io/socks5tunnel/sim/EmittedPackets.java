// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.util.HashMap;
import java.util.Map;

/// Judges every packet that the stack emits: sound in an independent parser, within the MTU, and with
/// acknowledgement, right edge and timestamp that never go back within a flow.
final class EmittedPackets {
    private final int mtuBytes;
    private final Map<String, Flow> flows = new HashMap<>();
    private final Map<String, Peer> peers = new HashMap<>();

    /// What the client of a flow has allowed.
    private static final class Peer {
        private int shift;
        private int rightEdge;
    }

    private static final class Flow {
        private int shift = -1;
        private boolean hasWindow;
        private int ack;
        private int rightEdge;
        private int timestamp;
        private boolean hasTimestamp;
    }

    EmittedPackets(int mtuBytes) {
        this.mtuBytes = mtuBytes;
    }

    /// Notes what the client allows with a packet that reaches the device: nothing may be sent beyond the furthest
    /// edge.
    void onDelivered(SimPacket packet) {
        ParsedPacket parsed = ParsedPacket.parse(packet);
        if (!parsed.isTcp() || !parsed.faults().isEmpty() || parsed.has(TcpFlag.RST)) {
            return;
        }
        String flow = parsed.destinationSocket() + ">" + parsed.sourceSocket();
        Peer peer = peers.computeIfAbsent(flow, _ -> new Peer());
        if (parsed.has(TcpFlag.SYN)) {
            peer.shift = Math.clamp(parsed.options().windowScale(), 0, 14);
        } else {
            int edge = parsed.ack() + (parsed.window() << peer.shift);
            peer.rightEdge = peer.rightEdge == 0 || edge - peer.rightEdge > 0 ? edge : peer.rightEdge;
        }
    }

    void check(SimPacket packet) {
        ParsedPacket parsed = ParsedPacket.parse(packet).requireSound();
        if (!packet.isSuperSegment() && packet.length() > mtuBytes) {
            throw new IllegalStateException("a packet of " + packet.length() + " bytes on an MTU of " + mtuBytes);
        }
        if (packet.isSuperSegment()) {
            int largest = parsed.payloadOffset() + packet.gsoSizeBytes();
            if (largest > mtuBytes || packet.gsoSizeBytes() <= 0) {
                throw new IllegalStateException("a super-segment of parts of " + largest + " bytes");
            }
        }
        if (parsed.isTcp() && !parsed.has(TcpFlag.RST)) {
            checkFlow(parsed);
        }
    }

    private void checkFlow(ParsedPacket parsed) {
        Flow flow = flows.computeIfAbsent(parsed.sourceSocket() + ">" + parsed.destinationSocket(), _ -> new Flow());
        Peer peer = peers.get(parsed.sourceSocket() + ">" + parsed.destinationSocket());
        if (peer != null && parsed.payloadLength() > 0) {
            int beyond = parsed.seq() + parsed.payloadLength() - peer.rightEdge;
            require(beyond <= 0, beyond + " bytes beyond the client's right edge", parsed);
        }
        TcpOptions options = parsed.options();
        if (parsed.has(TcpFlag.SYN)) {
            flow.shift = Math.max(0, options.windowScale());
        }
        if (options.hasTimestamps()) {
            require(!flow.hasTimestamp || options.timestampValue() - flow.timestamp >= 0, "TSval went back", parsed);
            flow.timestamp = options.timestampValue();
            flow.hasTimestamp = true;
        }
        int edge = parsed.ack() + (parsed.window() << (parsed.has(TcpFlag.SYN) ? 0 : Math.max(0, flow.shift)));
        if (flow.hasWindow) {
            require(parsed.ack() - flow.ack >= 0, "the acknowledgement went back", parsed);
            require(edge - flow.rightEdge >= 0, "the right edge went back by " + (flow.rightEdge - edge), parsed);
        }
        flow.hasWindow = true;
        flow.ack = parsed.ack();
        flow.rightEdge = edge;
    }

    private static void require(boolean holds, String what, ParsedPacket packet) {
        if (!holds) {
            throw new IllegalStateException(what + " in " + TcpFlag.format(packet.flags()) + " seq " + packet.seq());
        }
    }
}
