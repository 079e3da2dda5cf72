// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.Slab;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/// Shards that draw on one [SlabDepot]. All slabs are the same one here: a state is made for every meeting of the
/// actors, and memory for a slab takes long.
public final class SlabDepotStress {
    private static final Slab SLAB = new Slab();

    private SlabDepotStress() {}

    private static SlabDepot depotOf(int slabs) {
        return new SlabDepot((long) slabs * Slab.CAPACITY_BYTES, () -> SLAB);
    }

    /// The last slab goes to one of two shards.
    @JCStressTest
    @Outcome(
            id = {"1, 0, 0", "0, 1, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "one of them has it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both or none, or more are left")
    @State
    public static class LastSlab {
        private final SlabDepot depot = depotOf(1);

        @Actor
        public void one(III_Result result) {
            result.r1 = depot.tryTake() == null ? 0 : 1;
        }

        @Actor
        public void other(III_Result result) {
            result.r2 = depot.tryTake() == null ? 0 : 1;
        }

        @Arbiter
        public void look(III_Result result) {
            result.r3 = depot.available();
        }
    }

    /// Slabs that come and go at the same time are all there again.
    @JCStressTest
    @Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "all are there")
    @Outcome(expect = Expect.FORBIDDEN, desc = "one is lost or counted twice")
    @State
    public static class TakeAndGive {
        private final SlabDepot depot = depotOf(2);

        @Actor
        public void one() {
            takeAndGive();
        }

        @Actor
        public void other() {
            takeAndGive();
        }

        @Arbiter
        public void look(I_Result result) {
            int there = depot.available();
            int taken = 0;
            while (depot.tryTake() != null) {
                taken++;
            }
            result.r1 = taken == there ? taken : -1;
        }

        private void takeAndGive() {
            for (int i = 0; i < 3; i++) {
                Slab slab = depot.tryTake();
                if (slab != null) {
                    depot.give(slab);
                }
            }
        }
    }
}
