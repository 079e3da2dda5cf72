// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// What many runs add up to. Confined to one thread.
final class RunTotals {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Set<String> triples = new TreeSet<>();
    private long seeds;
    private long failed;
    private long transfers;
    private long endedWell;
    private long errands;
    private long evictions;
    private long echoes;
    private double virtualSeconds;
    private double realSeconds;
    private long events;

    /// Adds the result of a seed that was played twice.
    void add(RunResult result) {
        seeds++;
        failed += result.isGood() ? 0 : 1;
        transfers += result.transfers();
        endedWell += result.endedWell();
        errands += result.names().errands();
        evictions += result.names().evictions();
        echoes += result.names().echoes();
        virtualSeconds += result.virtualNanos() / NANOS_PER_SECOND;
        realSeconds += result.realNanos() / NANOS_PER_SECOND;
        events += result.events();
        triples.addAll(result.triples());
    }

    long failed() {
        return failed;
    }

    Set<String> triples() {
        return triples;
    }

    /// In a few words.
    ///
    /// @param elapsedSeconds real time for all of it
    String describe(double elapsedSeconds) {
        return String.format(
                Locale.ROOT,
                "%d of %d seeds passed in %.1f s; %d of %d connections closed well on both sides, the others for a"
                        + " reason%n%,d names were looked up and used, %,d were seen to be forgotten for others, %,d"
                        + " echo requests were answered%n%,.0f virtual seconds per real second, %,.0f events per second, %d (state, event,"
                        + " next state) triples",
                seeds - failed,
                seeds,
                elapsedSeconds,
                endedWell,
                transfers,
                errands,
                evictions,
                echoes,
                virtualSeconds / Math.max(realSeconds, 1e-9),
                events / Math.max(realSeconds, 1e-9),
                triples.size());
    }
}
