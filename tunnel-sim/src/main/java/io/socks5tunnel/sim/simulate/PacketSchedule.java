// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import java.util.Map;

/// What happens to single packets of a run, by their number: the order in which they are put on the wires, both
/// directions counted together, the first being 0. Unlike a [Fault], this leaves nothing to chance.
///
/// @param actions what happens to whom; all others pass
record PacketSchedule(Map<Integer, Action> actions) {
    /// Every packet passes.
    static final PacketSchedule NONE = new PacketSchedule(Map.of());

    /// What may happen to a packet.
    enum Action {
        /// It goes on its way.
        PASS,
        /// It is lost.
        LOSE,
        /// It is sent twice.
        DOUBLE,
        /// It leaves later, behind others.
        DELAY
    }

    /// How much later: more than a round trip and less than any time-out.
    static final long DELAY_NANOS = 60_000_000;

    PacketSchedule {
        actions = Map.copyOf(actions);
    }

    /// Whether every packet passes.
    boolean isEmpty() {
        return actions.isEmpty();
    }

    Action of(int number) {
        return actions.getOrDefault(number, Action.PASS);
    }
}
