// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The packet stack against an independent TCP over a wire that loses and reorders: 5 % of packets each way, seeded
/// content in both directions, every seed twice with the same trace.
///
/// `-Dsocks5tunnel.seed=N` plays one seed alone.
class StackLossTest {
    static LongStream seeds() {
        String only = System.getProperty("socks5tunnel.seed");
        return only == null ? LongStream.range(1, 101) : LongStream.of(Long.parseLong(only));
    }

    @Nested
    class WithSegmentsOfTheMtu {
        @ParameterizedTest
        @MethodSource("io.socks5tunnel.sim.StackLossTest#seeds")
        void bothStreamsArriveUnchanged(long seed) {
            SimTcpOptions options =
                    seed % 10 == 0 ? SimTcpOptions.PLAIN : SimTcpOptions.MODERN.with(seed % 3 != 0, seed % 2 == 0);
            StackRun.playTwice(seed, StackScenario.ofLoss(options, false, false));
        }
    }

    @Nested
    class WithSuperSegments {
        @ParameterizedTest
        @MethodSource("io.socks5tunnel.sim.StackLossTest#seeds")
        void bothStreamsArriveUnchanged(long seed) {
            SimTcpOptions options =
                    SimTcpOptions.MODERN.with(seed % 3 != 0, seed % 2 == 0).withSuperSegments(64_000);
            StackRun.playTwice(seed, StackScenario.ofLoss(options, true, seed % 4 == 0));
        }
    }
}
