// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.api.DropReason;
import java.util.EnumMap;
import java.util.Map;

/// Packets between two hosts that are no TCP: a UDP flow, ICMP, fragments, or what cannot be read.
final class OtherFlow {
    private final FlowKey key;
    private final Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
    private final ByteTally up = new ByteTally();
    private final ByteTally down = new ByteTally();
    private long packetsIn;
    private long packetsOut;
    private long capturedDown;

    OtherFlow(FlowKey key) {
        this.key = key;
    }

    FlowKey key() {
        return key;
    }

    void onPlayed() {
        packetsIn++;
    }

    void onDrop(DropReason reason, long count) {
        drops.merge(reason, count, Long::sum);
    }

    /// The tunnel delivered a payload to the upstream.
    void onUp(byte[] payload) {
        up.add(payload, 0, payload.length);
    }

    /// The tunnel sent a packet to the client.
    void onDown(byte[] payload) {
        packetsOut++;
        down.add(payload, 0, payload.length);
    }

    /// The captured server sent a payload.
    void onCaptured(int bytes) {
        capturedDown += bytes;
    }

    FlowReport report() {
        return new FlowReport(
                key,
                1,
                FlowEnd.OPEN,
                up.bytes(),
                down.bytes(),
                up.value(),
                down.value(),
                capturedDown,
                packetsIn,
                packetsOut,
                0,
                0,
                0,
                0,
                0,
                0,
                new FlowReport.Repairs(false, 0, 0, 0, 0, 0, 0, 0, 0),
                drops);
    }
}
