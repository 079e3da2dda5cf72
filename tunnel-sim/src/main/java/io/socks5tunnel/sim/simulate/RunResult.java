// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What came of one run of a seed.
///
/// @param seed the seed
/// @param digest fingerprint of every packet, equal for every run of the seed
/// @param violation the first invariant that did not hold, or nothing
/// @param lastEvents what happened last, in readable lines; empty if all went well
/// @param entries what happened, for a packet file; empty unless asked for
/// @param virtualNanos how long it lasted in virtual time
/// @param realNanos how long it lasted for us
/// @param events events of the world and steps of shards
/// @param packets packets seen on any side
/// @param scheduled packets put on the wires, both ways
/// @param transfers connections that were opened
/// @param endedWell those of them that both sides closed with everything received
/// @param names what was done with names and echoes
/// @param triples (state, event, next state) that occurred
record RunResult(
        long seed,
        String digest,
        Optional<Violation> violation,
        List<String> lastEvents,
        List<Trace.Entry> entries,
        long virtualNanos,
        long realNanos,
        long events,
        long packets,
        int scheduled,
        int transfers,
        int endedWell,
        NameCounts names,
        Set<String> triples) {
    /// What was done with names and echoes.
    ///
    /// @param errands names that were looked up and used
    /// @param evictions names that were seen to give their address to others
    /// @param echoes echo requests that were answered
    record NameCounts(int errands, int evictions, int echoes) {}

    boolean isGood() {
        return violation.isEmpty();
    }
}
