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
    private long count;

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

    long count() {
        return count;
    }

    void check(SimPacket packet) {
        count++;
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
