// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/// Broken on purpose. If these pass, the actors did not meet, and nothing else that passes means anything.
public final class CanaryStress {
    private CanaryStress() {}

    /// A ring whose producers do not agree about the place.
    @JCStressTest
    @Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "both are there")
    @Outcome(id = "1", expect = Expect.FORBIDDEN, desc = "one has overwritten the other")
    @State
    public static class CarelessRing {
        private final int[] elements = new int[4];
        private int tail;

        @Actor
        public void one() {
            elements[tail++] = 1;
        }

        @Actor
        public void other() {
            elements[tail++] = 2;
        }

        @Arbiter
        public void look(I_Result result) {
            result.r1 = tail;
        }
    }

    /// A mailbox without a fence between the two steps on either side.
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "woken, or it does not wait")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "it waits for ever")
    @State
    public static class CarelessMailbox {
        private int letters;
        private int waiting;

        @Actor
        public void owner(II_Result result) {
            waiting = 1;
            result.r1 = letters == 0 ? 1 : 0;
        }

        @Actor
        public void sender(II_Result result) {
            letters = 1;
            result.r2 = waiting;
        }
    }
}
