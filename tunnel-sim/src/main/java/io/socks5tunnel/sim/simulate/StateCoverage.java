// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.TcpFlag;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.inspect.FlowView;
import io.socks5tunnel.stack.inspect.StackView;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Which (state, event, next state) triples a run has seen. A step may handle a whole burst: it counts for a flow
/// only if exactly one kind of thing happened to that flow. Confined to one thread.
final class StateCoverage {
    private static final String NONE = "NONE";
    private static final String HELD = "SYN_HELD";
    private static final String TIME_WAIT = "TIME_WAIT";
    private static final String SEVERAL = "several";

    /// What happens to a flow that no segment of its client came for.
    private static final String OTHER = "timer or upstream";

    private final Set<String> triples = new TreeSet<>();
    private final Map<FlowKey, String> states = new HashMap<>();
    private final Map<FlowKey, String> events = new HashMap<>();

    /// A sound segment waits for the flow's shard.
    void onSegment(FlowKey key, ParsedPacket segment) {
        String kind = kind(segment);
        String before = events.get(key);
        events.put(key, before == null || before.equals(kind) ? kind : SEVERAL);
    }

    /// A shard was stepped.
    ///
    /// @param after what it holds now
    /// @param owners the shard of every flow; brought up to date here
    void onStep(StackView after, Map<FlowKey, Integer> owners, int shard) {
        Map<FlowKey, String> now = new HashMap<>();
        for (FlowView view : after.connections()) {
            now.put(view.key(), view.state().name());
        }
        after.requests().forEach(key -> now.put(key, HELD));
        after.timeWaits().forEach(key -> now.put(key, TIME_WAIT));
        for (Map.Entry<FlowKey, String> entry : now.entrySet()) {
            owners.put(entry.getKey(), shard);
            note(entry.getKey(), entry.getValue());
        }
        owners.entrySet().removeIf(entry -> {
            boolean isGone = entry.getValue() == shard && !now.containsKey(entry.getKey());
            if (isGone) {
                note(entry.getKey(), NONE);
            }
            return isGone;
        });
    }

    /// All triples, in order.
    Set<String> triples() {
        return triples;
    }

    private void note(FlowKey key, String next) {
        String before = NONE.equals(next) ? states.remove(key) : states.put(key, next);
        String state = before == null ? NONE : before;
        String event = events.remove(key);
        if (event == null && state.equals(next)) {
            return;
        }
        if (!SEVERAL.equals(event)) {
            triples.add(state + ", " + (event == null ? OTHER : event) + ", " + next);
        }
    }

    private static String kind(ParsedPacket segment) {
        if (segment.has(TcpFlag.RST)) {
            return "RST";
        }
        if (segment.has(TcpFlag.SYN)) {
            return segment.has(TcpFlag.ACK) ? "SYN+ACK" : segment.has(TcpFlag.FIN) ? "SYN+FIN" : "SYN";
        }
        if (!segment.has(TcpFlag.ACK)) {
            return "no ACK";
        }
        String data = segment.payloadLength() > 0 ? "data" : "ACK";
        return segment.has(TcpFlag.FIN) ? data + "+FIN" : data;
    }
}
