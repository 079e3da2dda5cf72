// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Injects faults one after the other, each into several flows at once, and holds what the clients saw against what
/// they had to see.
final class FaultRun {
    /// Much more than any fault takes on an idle machine, and much less than the minutes after which a client gives
    /// up by itself.
    private static final int BOUND_MILLIS = 15_000;

    /// The client's clock is read when its call to send has returned: the tunnel may have begun to wait before.
    private static final double CLOCK_MILLIS = 20;

    /// How long to wait for a datagram that is not to come.
    private static final int LOST_MILLIS = 400;

    private static final int RETRY_MILLIS = 600;

    private final HostileLab lab;
    private final int times;
    private final int descriptors;

    /// @param times how often each fault is injected
    /// @param descriptors that the tunnel has while only what is healthy is under way
    FaultRun(HostileLab lab, int times, int descriptors) {
        this.lab = lab;
        this.times = times;
        this.descriptors = descriptors;
    }

    /// What came of a fault.
    ///
    /// @param injected how many connections to the server it was played to
    record Result(Fault fault, int injected, double leastMillis, double mostMillis) {
        /// @param injected how often, of those that were `seen` together
        static Result of(Fault fault, int injected, List<Seen> seen) {
            return new Result(
                    fault,
                    injected,
                    seen.stream().mapToDouble(Seen::millis).min().orElse(0),
                    seen.stream().mapToDouble(Seen::millis).max().orElse(0));
        }
    }

    /// Plays faults to clients that all have to see the same.
    List<Result> play(List<Fault> faults) {
        Fault first = faults.getFirst();
        int clients = times * faults.size();
        Map<String, Long> icmpBefore = lab.icmp();
        lab.tell("deal " + faults.stream().map(Fault::scripts).collect(Collectors.joining("|")));
        List<Seen> seen = withRule(first, clients);
        int injected = Integer.parseInt(lab.tell("dealt").getFirst());
        lab.tell("deal " + HostileLab.SERVED);
        check(faults.toString(), first.verdict(), seen);
        checkIcmp(faults.toString(), first.verdict(), clients, icmpBefore);
        checkDealt(first, clients, injected);
        if (!first.isDatagram()) {
            lab.awaitDescriptors(descriptors);
        }
        return faults.stream().map(fault -> Result.of(fault, times, seen)).toList();
    }

    private List<Seen> withRule(Fault fault, int clients) {
        if (fault.rule().isEmpty()) {
            return attempt(fault, clients);
        }
        lab.filter("-A", fault.rule());
        try {
            return attempt(fault, clients);
        } finally {
            lab.filter("-D", fault.rule());
        }
    }

    private List<Seen> attempt(Fault fault, int clients) {
        if (!fault.isDatagram()) {
            return lab.connect(clients, fault.bytes(), BOUND_MILLIS);
        }
        Verdict verdict = fault.verdict();
        boolean isUnreachable = verdict.seen().equals(Verdict.NO_HOST.seen());
        int waitMillis = fault.tries() > 1 ? RETRY_MILLIS : verdict.equals(Verdict.LOST) ? LOST_MILLIS : BOUND_MILLIS;
        return lab.send(clients, fault.tries(), waitMillis, isUnreachable ? clients : 0);
    }

    private static void check(String what, Verdict verdict, List<Seen> seen) {
        assertThat(seen).as(what).extracting(Seen::what).containsOnly(verdict.seen());
        assertThat(seen)
                .as(what)
                .extracting(Seen::millis)
                .allSatisfy(millis -> assertThat(millis)
                        .isBetween(verdict.fromMillis() - CLOCK_MILLIS, verdict.fromMillis() + (double) BOUND_MILLIS));
    }

    private void checkIcmp(String what, Verdict verdict, int clients, Map<String, Long> before) {
        Map<String, Long> moved = lab.icmp();
        before.forEach((kind, count) -> moved.merge(kind, -count, Long::sum));
        moved.values().removeIf(count -> count == 0);
        Map<String, Long> expected = verdict.icmp().isEmpty() ? Map.of() : Map.of(verdict.icmp(), (long) clients);
        assertThat(moved).as("ICMP of %s", what).isEqualTo(expected);
    }

    /// Unless SYNs do not get to the server, or the client begins again.
    private static void checkDealt(Fault fault, int clients, int injected) {
        if (fault.rule().isEmpty() && fault.tries() <= 1) {
            assertThat(injected).as(fault.toString()).isEqualTo(clients);
        }
    }
}
