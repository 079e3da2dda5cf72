// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/// Producers and consumers of one [BoundedRing] at the same time. 0 stands for "nothing there".
public final class BoundedRingStress {
    private BoundedRingStress() {}

    private static int poll(BoundedRing<Integer> ring) {
        Integer element = ring.poll();
        return element == null ? 0 : element;
    }

    /// What two producers offer is all there.
    @JCStressTest
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "both, in either order")
    @Outcome(expect = Expect.FORBIDDEN, desc = "one is lost or there twice")
    @State
    public static class Producers {
        private final BoundedRing<Integer> ring = new BoundedRing<>(2);

        @Actor
        public void one() {
            ring.offer(1);
        }

        @Actor
        public void other() {
            ring.offer(2);
        }

        @Arbiter
        public void look(II_Result result) {
            result.r1 = poll(ring);
            result.r2 = poll(ring);
        }
    }

    /// A place that is left goes to one of two producers.
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one of them")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both or none")
    @State
    public static class LastPlace {
        private final BoundedRing<Integer> ring = new BoundedRing<>(2);

        public LastPlace() {
            ring.offer(7);
        }

        @Actor
        public void one(II_Result result) {
            result.r1 = ring.offer(1) ? 1 : 0;
        }

        @Actor
        public void other(II_Result result) {
            result.r2 = ring.offer(2) ? 1 : 0;
        }
    }

    /// One element goes to one of two consumers.
    @JCStressTest
    @Outcome(
            id = {"7, 0", "0, 7"},
            expect = Expect.ACCEPTABLE,
            desc = "one of them")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both or none")
    @State
    public static class Consumers {
        private final BoundedRing<Integer> ring = new BoundedRing<>(2);

        public Consumers() {
            ring.offer(7);
        }

        @Actor
        public void one(II_Result result) {
            result.r1 = poll(ring);
        }

        @Actor
        public void other(II_Result result) {
            result.r2 = poll(ring);
        }
    }

    /// Elements are seen in the order of their producer, and none before those that came before it.
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1", "1, 0", "1, 2"},
            expect = Expect.ACCEPTABLE,
            desc = "in order")
    @Outcome(expect = Expect.FORBIDDEN, desc = "out of order")
    @State
    public static class Order {
        private final BoundedRing<Integer> ring = new BoundedRing<>(4);

        @Actor
        public void producer() {
            ring.offer(1);
            ring.offer(2);
        }

        @Actor
        public void consumer(II_Result result) {
            result.r1 = poll(ring);
            result.r2 = poll(ring);
        }
    }

    /// Whoever finds an element sees what was written into it before it was offered.
    @JCStressTest
    @Outcome(
            id = {"-1", "42"},
            expect = Expect.ACCEPTABLE,
            desc = "nothing, or all of it")
    @Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "an element without its content")
    @State
    public static class Publication {
        private final BoundedRing<int[]> ring = new BoundedRing<>(2);

        @Actor
        public void producer() {
            int[] element = new int[1];
            element[0] = 42;
            ring.offer(element);
        }

        @Actor
        public void consumer(I_Result result) {
            int[] element = ring.poll();
            result.r1 = element == null ? -1 : element[0];
        }
    }

    /// A full ring that is read from and written to at once loses nothing.
    @JCStressTest
    @Outcome(id = "1, 5", expect = Expect.ACCEPTABLE, desc = "refused: 1 was read, 2 is left, and 3 is not in it")
    @Outcome(id = "1, 8", expect = Expect.ACCEPTABLE, desc = "accepted: 1 was read, 2 and 3 are left")
    @Outcome(expect = Expect.FORBIDDEN, desc = "something is lost")
    @State
    public static class Full {
        private final BoundedRing<Integer> ring = new BoundedRing<>(2);
        private boolean isAccepted;

        public Full() {
            ring.offer(1);
            ring.offer(2);
        }

        @Actor
        public void producer() {
            isAccepted = ring.offer(3);
        }

        @Actor
        public void consumer(II_Result result) {
            result.r1 = poll(ring);
        }

        @Arbiter
        public void look(II_Result result) {
            int left = poll(ring) + poll(ring);
            // 3 is in it if and only if that was said
            result.r2 = left + (isAccepted ? 3 : 3 * ((left == 2) ? 1 : 100));
        }
    }
}
