// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.sim.PacketBuilder;
import io.socks5tunnel.sim.SimPacket;
import io.socks5tunnel.sim.VirtualClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// What the auditor of names takes for right, and what not: one that finds nothing wrong would be of no use.
class NameAuditTest {
    private static final int CAPACITY = 2;
    private static final InetSocketAddress CLIENT = new InetSocketAddress(InetAddress.ofLiteral("10.0.1.1"), 4711);

    private final VirtualClock clock = new VirtualClock(1);
    private final Trace trace = new Trace(clock, 10);
    private final NameAudit audit = new NameAudit(trace, CAPACITY);
    private int nextId = 1;

    private void lookUp(String name, String address) {
        NameMessage query = NameMessage.query(nextId++, name, NameMessage.A);
        ask(query);
        answer(query.answeredWith(InetAddress.ofLiteral(address)));
    }

    private void ask(NameMessage query) {
        clock.advanceTo(clock.nowNanos() + 1_000);
        audit.onInjected(packet(CLIENT, NamesPlan.SERVER, query.bytes()));
    }

    private void answer(NameMessage reply) {
        clock.advanceTo(clock.nowNanos() + 1_000);
        audit.onEmitted(packet(NamesPlan.SERVER, CLIENT, reply.bytes()));
    }

    private static SimPacket packet(InetSocketAddress from, InetSocketAddress to, byte[] payload) {
        return SimPacket.of(
                PacketBuilder.between(from, to).udp().payload(payload).build());
    }

    @Nested
    class Addresses {
        @Test
        void mayBeGivenAgainForTheSameName() {
            lookUp("one.example", "10.64.0.1");
            lookUp("ONE.example", "10.64.0.1");
            assertThat(trace.violation()).isNull();
        }

        @Test
        void mustNotBeGivenToASecondNameWhileThereIsRoom() {
            lookUp("one.example", "10.64.0.1");
            lookUp("two.example", "10.64.0.1");
            assertThat(trace.isBroken()).isTrue();
        }

        @Test
        void mayBeGivenToAnotherNameWhenAsManyOthersWereUsedAsThereIsRoomFor() {
            lookUp("one.example", "10.64.0.1");
            lookUp("two.example", "10.64.0.2");
            lookUp("three.example", "10.64.0.1");
            assertThat(trace.violation()).isNull();
            assertThat(audit.evictions()).isEqualTo(1);
        }

        @Test
        void mustNotBeTakenFromTheNameThatWasUsedLast() {
            lookUp("one.example", "10.64.0.1");
            lookUp("two.example", "10.64.0.2");
            lookUp("three.example", "10.64.0.2");
            assertThat(trace.isBroken()).isTrue();
        }

        @Test
        void mustNotBeTakenFromANameThatWasAskedForAgain() {
            lookUp("one.example", "10.64.0.1");
            lookUp("two.example", "10.64.0.2");
            lookUp("one.example", "10.64.0.1");
            lookUp("three.example", "10.64.0.1");
            assertThat(trace.isBroken()).isTrue();
        }

        @Test
        void areOnePerName() {
            lookUp("one.example", "10.64.0.1");
            lookUp("one.example", "10.64.0.2");
            assertThat(trace.isBroken()).isTrue();
        }

        @Test
        void lieInTheRange() {
            lookUp("one.example", "10.65.0.1");
            assertThat(trace.isBroken()).isTrue();
        }

        @Test
        void ofBothFamiliesGoTogether() {
            lookUp("one.example", "10.64.0.7");
            NameMessage query = NameMessage.query(9, "one.example", NameMessage.AAAA);
            ask(query);
            answer(query.answeredWith(InetAddress.ofLiteral("fd00:64::8")));
            assertThat(trace.isBroken()).isTrue();
        }
    }

    @Nested
    class WhatTheSocksServerHears {
        @Test
        void mustBeTheName() {
            lookUp("one.example", "10.64.0.1");
            audit.checkSeen("one.example", "one.example", 0);
            assertThat(trace.violation()).isNull();
        }

        @Test
        void mustNotBeAnotherName() {
            lookUp("one.example", "10.64.0.1");
            lookUp("two.example", "10.64.0.2");
            audit.checkSeen("one.example", "two.example", 0);
            assertThat(trace.isBroken()).isTrue();
        }

        @Test
        void mustNotBeTheAddress() {
            lookUp("one.example", "10.64.0.1");
            audit.checkSeen("one.example", null, 0);
            assertThat(trace.isBroken()).isTrue();
        }

        @Test
        void mayBeTheNameThatTookThePlace() {
            lookUp("one.example", "10.64.0.1");
            lookUp("two.example", "10.64.0.2");
            lookUp("three.example", "10.64.0.1");
            audit.checkSeen("one.example", "three.example", 0);
            assertThat(trace.violation()).isNull();
        }
    }

    @Nested
    class Answers {
        @Test
        void mustBeToAQuery() {
            answer(NameMessage.query(7, "one.example", NameMessage.A).answeredWith(InetAddress.ofLiteral("10.64.0.1")));
            assertThat(trace.isBroken()).isTrue();
        }

        @Test
        void mustCome() {
            ask(NameMessage.query(7, "one.example", NameMessage.A));
            audit.checkAllAnswered(0);
            assertThat(trace.isBroken()).isTrue();
        }

        @Test
        void mayBeMissingWhereSomethingWasCountedAsDropped() {
            ask(NameMessage.query(7, "one.example", NameMessage.A));
            audit.checkAllAnswered(1);
            assertThat(trace.violation()).isNull();
        }
    }
}
