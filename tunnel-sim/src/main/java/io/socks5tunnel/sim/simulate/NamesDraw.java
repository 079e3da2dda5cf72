// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.SeededRandom;
import io.socks5tunnel.sim.simulate.NamesPlan.Client;
import io.socks5tunnel.sim.simulate.NamesPlan.Echo;
import io.socks5tunnel.sim.simulate.NamesPlan.Errand;
import io.socks5tunnel.sim.simulate.NamesPlan.Question;
import io.socks5tunnel.sim.simulate.NamesPlan.Redirection;
import io.socks5tunnel.sim.simulate.NamesPlan.Use;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/// Draws a [NamesPlan]. Its chance is its own, so that everything else in a seed is what it would be without.
final class NamesDraw {
    private static final long SECOND = 1_000_000_000L;

    /// Addresses of the narrow range: 16, without the first and the last.
    private static final int NARROW_SLOTS = 14;

    private static final String NARROW = "255.255.255.240";
    private static final String WIDE = "255.255.0.0";
    private static final int MAX_CLIENTS = 3;

    private final SeededRandom random;
    private final long faultyNanos;

    private NamesDraw(SeededRandom random, long faultyNanos) {
        this.random = random;
        this.faultyNanos = faultyNanos;
    }

    /// A plan.
    ///
    /// @param mayRefuseDatagrams whether nobody else in the scenario needs the SOCKS server's datagrams
    static NamesPlan draw(SeededRandom random, long faultyNanos, boolean mayRefuseDatagrams) {
        return new NamesDraw(random, faultyNanos).draw(mayRefuseDatagrams);
    }

    private NamesPlan draw(boolean mayRefuseDatagrams) {
        boolean isMapped = random.chance(0.4);
        boolean isNarrow = random.chance(0.3);
        int cacheSize = random.chance(0.6) ? 3 + random.below(14) : 300;
        Redirection[] ways = Redirection.values();
        Redirection redirection = random.chance(0.25) ? ways[1 + random.below(ways.length - 1)] : Redirection.OFF;
        boolean hasNoDatagrams = random.chance(0.3) && mayRefuseDatagrams && redirection != Redirection.UDP;
        List<Client> clients = new ArrayList<>();
        int count = 1 + random.below(MAX_CLIENTS);
        // more names than fit, now and then
        int pool = random.chance(0.5) ? 40 : 6;
        for (int i = 0; i < count; i++) {
            clients.add(client(i, pool, isMapped, redirection != Redirection.OFF, hasNoDatagrams));
        }
        boolean hasEchoes = random.chance(0.25);
        boolean isEchoAnswered = random.chance(0.85);
        List<Echo> echoes = echoes(hasEchoes);
        boolean hasNames = isMapped || redirection != Redirection.OFF;
        return new NamesPlan(
                isMapped ? cacheSize : 0,
                isNarrow ? NARROW : WIDE,
                isMapped ? Math.min(cacheSize, isNarrow ? NARROW_SLOTS : cacheSize) : 0,
                redirection,
                hasNames && hasNoDatagrams,
                isEchoAnswered,
                hasNames ? clients : List.of(),
                echoes);
    }

    private Client client(int number, int pool, boolean isMapped, boolean isRedirected, boolean hasNoDatagrams) {
        boolean isIpv6 = random.chance(0.4);
        boolean isBusy = random.chance(0.3);
        int count = isBusy ? 12 + random.below(20) : 1 + random.below(6);
        List<Errand> errands = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            errands.add(errand(pool, isMapped, isRedirected, hasNoDatagrams));
        }
        return new Client(
                InetAddress.ofLiteral((isIpv6 ? "fd00:1::" : "10.0.1.") + (1 + number)),
                random.between(0, faultyNanos / 3),
                random.between(0, isBusy ? 20 : 1_000) * 1_000_000L,
                errands);
    }

    private Errand errand(int pool, boolean isMapped, boolean isRedirected, boolean hasNoDatagrams) {
        int host = random.below(pool);
        String name = random.chance(0.2)
                ? "a" + host + ".rather.long-name.with-more.labels.in-it.example"
                : "host" + host + ".example";
        Question question =
                random.chance(0.7) ? Question.ADDRESS : random.chance(0.5) ? Question.POINTER : Question.OTHER;
        boolean isElsewhere = random.chance(0.5);
        if (isRedirected && (isElsewhere || !isMapped)) {
            question = Question.REDIRECTED;
        }
        boolean isOverTcp = random.chance(0.3);
        double whatFor = random.below(1_000) / 1_000.0;
        Use use = whatFor < 0.3 ? Use.CONNECTION : whatFor < 0.6 && !hasNoDatagrams ? Use.DATAGRAM : Use.NOTHING;
        boolean isReplyNamed = random.chance(0.3);
        return new Errand(name, question, isOverTcp, question == Question.ADDRESS ? use : Use.NOTHING, isReplyNamed);
    }

    private List<Echo> echoes(boolean areWanted) {
        List<Echo> echoes = new ArrayList<>();
        int count = 1 + random.below(2);
        for (int i = 0; i < count; i++) {
            boolean isIpv6 = random.chance(0.4);
            echoes.add(new Echo(
                    i,
                    InetAddress.ofLiteral((isIpv6 ? "fd00:1::" : "10.0.1.") + (100 + i)),
                    InetAddress.ofLiteral((isIpv6 ? "fd00:6::" : "10.6.0.") + (1 + i)),
                    random.between(0, faultyNanos / 2),
                    1 + random.below(20),
                    random.between(1, 1_000) * 1_000_000L,
                    random.chance(0.3) ? 4_000 : 1_000));
        }
        return areWanted && faultyNanos >= SECOND ? echoes : List.of();
    }
}
