// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.soak;

import java.time.Duration;

/// What a soak shall be like.
///
/// @param length of all rounds together, without the warm-up
/// @param round how long the applications work between two quiet moments
/// @param warmUp how long they work before anything is measured
/// @param settling how long it is quiet then, until nothing is open but what stays
/// @param opensAhead whether the tunnel opens connections and associations ahead, as by default; it closes those
///     that nobody wanted after 10 s, for which quiet moments have to wait
/// @param load how many applications, as a multiple of those that ask for about half a processor
/// @param seed what is drawn from
record SoakPlan(
        Duration length,
        Duration round,
        Duration warmUp,
        Duration settling,
        boolean opensAhead,
        double load,
        long seed) {
    private static final Duration ROUND = Duration.ofSeconds(60);

    /// Rounds of a minute.
    static SoakPlan ofMinutes(int minutes, double load, long seed) {
        return new SoakPlan(Duration.ofMinutes(minutes), ROUND, ROUND, Duration.ofSeconds(20), true, load, seed);
    }

    /// One round, with every fault once.
    static SoakPlan shortest(long seed) {
        return new SoakPlan(
                Duration.ofSeconds(1),
                Duration.ofSeconds(15),
                Duration.ofSeconds(3),
                Duration.ofSeconds(7),
                false,
                1,
                seed);
    }

    /// Between two faults, so that all of them fit into a round.
    Duration betweenFaults() {
        Duration left = round;
        for (Fault fault : Fault.values()) {
            left = left.minus(fault.duration());
        }
        return left.dividedBy(Fault.values().length + 1L);
    }
}
