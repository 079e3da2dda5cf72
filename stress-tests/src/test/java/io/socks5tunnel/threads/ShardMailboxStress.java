// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/// A shard that is going to wait, and somebody who sends it something at that moment.
public final class ShardMailboxStress {
    private ShardMailboxStress() {}

    /// No wake-up is lost: if the shard waits, it is woken.
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "it does not wait")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "it waits and is woken")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "it waits for ever")
    @State
    public static class WakeUp {
        private final AtomicInteger wakeUps = new AtomicInteger();
        private final ShardMailbox mailbox = new ShardMailbox(wakeUps::incrementAndGet);

        @Actor
        public void owner(II_Result result) {
            result.r1 = mailbox.beginWait() ? 1 : 0;
        }

        @Actor
        public void sender() {
            mailbox.offer(ShardCommand.EVICT);
        }

        @Arbiter
        public void look(II_Result result) {
            result.r2 = wakeUps.get();
        }
    }

    /// Whoever sends twice wakes the shard at least once, and both commands are there.
    @JCStressTest
    @Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "both are there, and it was woken or did not wait")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a command or the wake-up is lost")
    @State
    public static class TwoCommands {
        private final AtomicInteger wakeUps = new AtomicInteger();
        private final ShardMailbox mailbox = new ShardMailbox(wakeUps::incrementAndGet);
        private boolean isWaiting;

        @Actor
        public void owner() {
            isWaiting = mailbox.beginWait();
        }

        @Actor
        public void sender() {
            mailbox.offer(ShardCommand.EVICT);
            mailbox.offer(ShardCommand.EVICT);
        }

        @Arbiter
        public void look(I_Result result) {
            int commands = 0;
            while (mailbox.pollCommand() != null) {
                commands++;
            }
            result.r1 = isWaiting && wakeUps.get() == 0 ? -1 : commands;
        }
    }
}
