// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/// Shards at a limit that they share.
public final class LimitsStress {
    private LimitsStress() {}

    /// One session too many is ended once.
    @JCStressTest
    @Outcome(
            id = {"1, 0, 1", "0, 1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one of them ends one")
    @Outcome(expect = Expect.FORBIDDEN, desc = "two end one, or none")
    @State
    public static class Permits {
        private final SessionPermits permits = new SessionPermits(1, 2);

        public Permits() {
            permits.acquire();
            permits.acquire();
        }

        @Actor
        public void one(III_Result result) {
            result.r1 = permits.tryRevokeOne() ? 1 : 0;
        }

        @Actor
        public void other(III_Result result) {
            result.r2 = permits.tryRevokeOne() ? 1 : 0;
        }

        @Arbiter
        public void look(III_Result result) {
            result.r3 = permits.live();
        }
    }

    /// What fits once is taken at most once, and counted if it was.
    @JCStressTest
    @Outcome(
            id = {"1, 0, 6", "0, 1, 6"},
            expect = Expect.ACCEPTABLE,
            desc = "one of them has it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both, or it is counted wrongly")
    @State
    public static class Copies {
        private final CopyBudget budget = new CopyBudget(10);

        @Actor
        public void one(III_Result result) {
            result.r1 = budget.tryTake(6) ? 1 : 0;
        }

        @Actor
        public void other(III_Result result) {
            result.r2 = budget.tryTake(6) ? 1 : 0;
        }

        @Arbiter
        public void look(III_Result result) {
            result.r3 = (int) budget.usedBytes();
        }
    }
}
