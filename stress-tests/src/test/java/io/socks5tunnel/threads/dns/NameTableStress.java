// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/// Shards that ask for names at the same time.
public final class NameTableStress {
    private NameTableStress() {}

    /// A name has one slot, whoever asks.
    @JCStressTest
    @Outcome(id = "0, 0, 1", expect = Expect.ACCEPTABLE, desc = "the same slot")
    @Outcome(expect = Expect.FORBIDDEN, desc = "two slots for one name")
    @State
    public static class OneName {
        private final NameTable table = new NameTable(4);

        @Actor
        public void one(III_Result result) {
            result.r1 = table.slotOf("a.example", 1);
        }

        @Actor
        public void other(III_Result result) {
            result.r2 = table.slotOf("a.example", 1);
        }

        @Arbiter
        public void look(III_Result result) {
            result.r3 = table.size();
        }
    }

    /// Two names have two slots.
    @JCStressTest
    @Outcome(
            id = {"0, 1, 2", "1, 0, 2"},
            expect = Expect.ACCEPTABLE,
            desc = "a slot for each")
    @Outcome(expect = Expect.FORBIDDEN, desc = "one slot for both")
    @State
    public static class TwoNames {
        private final NameTable table = new NameTable(4);

        @Actor
        public void one(III_Result result) {
            result.r1 = table.slotOf("a.example", 1);
        }

        @Actor
        public void other(III_Result result) {
            result.r2 = table.slotOf("b.example", 1);
        }

        @Arbiter
        public void look(III_Result result) {
            boolean isRight =
                    "a.example".equals(table.nameAt(result.r1, 1)) && "b.example".equals(table.nameAt(result.r2, 1));
            result.r3 = isRight ? table.size() : -1;
        }
    }

    /// Who is told a slot finds the name in it at once, though another shard is just putting it there in the place
    /// of an older name.
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the name that was asked for")
    @Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "nothing there")
    @Outcome(id = "-1", expect = Expect.FORBIDDEN, desc = "another name: a connection would go to another host")
    @State
    public static class Replacement {
        private final NameTable table = new NameTable(1);

        public Replacement() {
            table.slotOf("old.example", 1);
        }

        @Actor
        public void one() {
            table.slotOf("new.example", 2);
        }

        @Actor
        public void other(I_Result result) {
            String found = table.nameAt(table.slotOf("new.example", 2), 2);
            result.r1 = found == null ? 0 : found.equals("new.example") ? 1 : -1;
        }
    }

    /// Two new names in a table that is full with one: the slot belongs to one of them in both directions.
    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "name and slot belong together")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the table contradicts itself")
    @State
    public static class FullTable {
        private final NameTable table = new NameTable(1);

        @Actor
        public void one() {
            table.slotOf("a.example", 1);
        }

        @Actor
        public void other() {
            table.slotOf("b.example", 1);
        }

        @Arbiter
        public void look(II_Result result) {
            String name = table.nameAt(0, 1);
            boolean isKnown = table.mappings().size() == 1
                    && table.mappings().getFirst().name().equals(name);
            result.r1 = isKnown ? 1 : 0;
            result.r2 = table.size();
        }
    }
}
