// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Finds a small list of faults that still makes a scenario fail: delta debugging (Zeller and Hildebrandt,
/// Simplifying and Isolating Failure-Inducing Input, IEEE TSE 2002), algorithm ddmin.
///
/// The result is minimal in that no single fault can be left out; it need not be the smallest.
final class FaultShrinker {
    private final Predicate<List<Fault>> stillFails;
    private int runs;

    /// @param stillFails plays a scenario with these faults only, and says whether it fails in the same way
    FaultShrinker(Predicate<List<Fault>> stillFails) {
        this.stillFails = stillFails;
    }

    /// Shrinks `faults`, with which the scenario fails.
    List<Fault> shrink(List<Fault> faults) {
        if (fails(List.of())) {
            return List.of();
        }
        List<Fault> rest = faults;
        int parts = 2;
        while (rest.size() > 1) {
            List<Fault> smaller = withoutOnePart(rest, Math.min(parts, rest.size()));
            if (smaller.size() < rest.size()) {
                rest = smaller;
                parts = Math.max(2, parts - 1);
            } else if (parts >= rest.size()) {
                return rest;
            } else {
                parts *= 2;
            }
        }
        return rest;
    }

    /// How many scenarios were played for it.
    int runs() {
        return runs;
    }

    /// The faults without the first part that can be left out, or all of them.
    private List<Fault> withoutOnePart(List<Fault> faults, int parts) {
        for (int i = 0; i < parts; i++) {
            int from = (int) ((long) faults.size() * i / parts);
            int to = (int) ((long) faults.size() * (i + 1) / parts);
            List<Fault> rest = new ArrayList<>(faults.subList(0, from));
            rest.addAll(faults.subList(to, faults.size()));
            if (fails(rest)) {
                return rest;
            }
        }
        return faults;
    }

    private boolean fails(List<Fault> faults) {
        runs++;
        return stillFails.test(List.copyOf(faults));
    }
}
