// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.stack.FlowKey;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/// A flow that comes to two shards at once.
public final class FlowDirectoryStress {
    private static final FlowKey KEY =
            new FlowKey(0, FlowKey.mappedIpv4(0x0a00_0001), 40_000, 0, FlowKey.mappedIpv4(0xc612_0001), 443);

    private FlowDirectoryStress() {}

    /// One shard owns it, and both can tell which.
    @JCStressTest
    @Outcome(
            id = {"1, 0, 1", "0, 1, 2"},
            expect = Expect.ACCEPTABLE,
            desc = "the one that claimed it first")
    @Outcome(expect = Expect.FORBIDDEN, desc = "two owners or none")
    @State
    public static class Claims {
        private final FlowDirectory directory = new FlowDirectory(1);

        @Actor
        public void one(III_Result result) {
            result.r1 = directory.claim(KEY, 1) ? 1 : 0;
        }

        @Actor
        public void other(III_Result result) {
            result.r2 = directory.claim(KEY, 2) ? 1 : 0;
        }

        @Arbiter
        public void look(III_Result result) {
            result.r3 = directory.owner(KEY);
        }
    }

    /// Who forgets a flow takes it from nobody who has claimed it since.
    @JCStressTest
    @Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "claimed after it was forgotten")
    @Outcome(id = "0, -1", expect = Expect.ACCEPTABLE, desc = "refused, and then forgotten")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the new owner is not the one who claimed it")
    @State
    public static class ReleaseAndClaim {
        private final FlowDirectory directory = new FlowDirectory(1);

        public ReleaseAndClaim() {
            directory.claim(KEY, 1);
        }

        @Actor
        public void oldOwner() {
            directory.release(KEY, 1);
            directory.release(KEY, 1);
        }

        @Actor
        public void newOwner(II_Result result) {
            result.r1 = directory.claim(KEY, 2) ? 1 : 0;
        }

        @Arbiter
        public void look(II_Result result) {
            result.r2 = directory.owner(KEY);
        }
    }
}
