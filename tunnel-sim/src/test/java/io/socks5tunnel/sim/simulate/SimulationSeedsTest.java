// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.sim.Engines;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whole networks in virtual time, each seed twice. A failure names the seed, the invariant and the last events;
/// `socks5-tunnel simulate --seed N` shows the same, and shrinks the faults.
///
/// `-Dsocks5tunnel.seed=N` plays one seed alone, `-Dsocks5tunnel.seeds=N` as many.
class SimulationSeedsTest {
    private static final int SEEDS = 300;

    private final Simulator simulator = new Simulator(Engines.real());

    static LongStream seeds() {
        String only = System.getProperty("socks5tunnel.seed");
        String most = System.getProperty("socks5tunnel.seeds", Integer.toString(SEEDS));
        return only == null ? LongStream.range(1, 1 + Long.parseLong(most)) : LongStream.of(Long.parseLong(only));
    }

    @ParameterizedTest
    @Tag("T-RX-9")
    @Tag("T-RT-10")
    @Tag("T-AC-8")
    @Tag("T-HD-1")
    @Tag("T-MT-2")
    @Tag("T-TX-1")
    @MethodSource("seeds")
    void everyInvariantHoldsAndBothRunsAreAlike(long seed) {
        RunResult result = simulator.playTwice(ScenarioDraw.of(seed));
        assertThat(result.violation())
                .as("seed %d%n%s", seed, String.join("\n", result.lastEvents()))
                .isEmpty();
    }
}
