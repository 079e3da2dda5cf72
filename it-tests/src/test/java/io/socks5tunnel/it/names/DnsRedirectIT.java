// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.names;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.SocksServer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// dig asks DNS servers that nobody runs, and gets the resolver's answers, which say by what they were asked for.
/// dig takes no answer from another address than the one it has asked.
final class DnsRedirectIT {
    /// An address behind the tunnel where nobody is.
    private static final String NOBODY = "198.19.77.77";

    private static final String NOBODY_IPV6 = "fd00:19::77";

    private NamesLab lab;

    @AfterEach
    void close() {
        if (lab != null) {
            lab.close();
        }
    }

    private void start(SocksServer server, String transport) {
        lab = NamesLab.start(DaemonConfig.of(server)
                .with("socks5.udp", "udp")
                .with("dns.redirect", "any")
                .with("dns.resolver", AddressFamily.IPV4.destination() + ":" + NamesLab.RESOLVER_PORT)
                .with("dns.transport", transport));
    }

    @ParameterizedTest
    @CsvSource({
        "DANTE,      udp,  192.0.2.17",
        "DANTE,      tcp,  192.0.2.6",
        "EMBEDDED,   auto, 192.0.2.17",
        "MICROSOCKS, auto, 192.0.2.6"
    })
    void queriesGoToTheResolverBySuchATransport(SocksServer server, String transport, String byTransport) {
        start(server, transport);

        assertThat(lab.dig("@" + NOBODY, "+notcp", "+short", "a.example", "A").strip())
                .isEqualTo(byTransport);
        assertThat(lab.dig("@" + NOBODY_IPV6, "+notcp", "+short", "a.example", "A")
                        .strip())
                .isEqualTo(byTransport);
        assertThat(lab.dig("@" + NOBODY, "+tcp", "+short", "a.example", "A").strip())
                .isEqualTo(LabResolver.BY_TCP);
        lab.daemon().expectHealthy();
    }

    @ParameterizedTest
    @CsvSource({"EMBEDDED, udp, 192.0.2.17", "MICROSOCKS, tcp, 192.0.2.6"})
    void aThousandQueriesInARowAreAllAnswered(SocksServer server, String transport, String byTransport) {
        start(server, transport);
        String file = lab.file(
                        "queries",
                        IntStream.range(0, 1000)
                                .mapToObj(i -> "host" + i + ".example A\n")
                                .collect(Collectors.joining()))
                .toString();

        String answers = lab.dig("@" + NOBODY, "+notcp", "+short", "-f", file);

        assertThat(answers.lines()).hasSize(1000).containsOnly(byTransport);
        lab.daemon().expectHealthy();
    }
}
