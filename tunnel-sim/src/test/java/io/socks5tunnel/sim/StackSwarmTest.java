// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The packet stack with a chance subset of all faults per seed: loss, bursts, jitter, duplicates, turned bits,
/// thin wires, odd MTUs, tiny windows, slow readers, a device that refuses, a pool that runs dry, offload that goes
/// away.
///
/// `-Dsocks5tunnel.seed=N` plays one seed alone.
class StackSwarmTest {
    private static final int SEEDS = 150;

    static LongStream seeds() {
        String only = System.getProperty("socks5tunnel.seed");
        String most = System.getProperty("socks5tunnel.seeds", Integer.toString(SEEDS));
        return only == null ? LongStream.range(1, 1 + Long.parseLong(most)) : LongStream.of(Long.parseLong(only));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void bothStreamsArriveUnchanged(long seed) {
        StackRun.playTwice(seed, StackScenario.ofSwarm(seed));
    }
}
