// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DnsSettings;
import io.socks5tunnel.api.DnsSettings.Transport;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.threads.dns.DnsMessage;
import io.socks5tunnel.threads.dns.DnsResponder;
import io.socks5tunnel.threads.dns.Names;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the SOCKS server is asked for when a client connects to a mapped address or to a DNS server.
class TcpNamesTest {
    private static final DnsSettings TO_RESOLVER =
            new DnsSettings(false, List.of("8.8.8.8"), "2001:db8::53", 5353, Transport.UDP);

    private final SharedState shared = shared();
    private final TcpSessions sessions = sessions();

    private static SharedState shared() {
        TunnelConfig plain = Fixtures.config(1);
        TunnelConfig config = new TunnelConfig(
                plain.tunnel(),
                plain.socks5(),
                Names.BOTH,
                plain.limits(),
                plain.process(),
                plain.threads(),
                TO_RESOLVER);
        return new SharedState(config, 1, 64 << 20, new FakeReactor(false));
    }

    private TcpSessions sessions() {
        shared.register(0, new ShardMailbox(() -> {}));
        FakeReactor reactor = new FakeReactor(false);
        Dialer dialer = new Dialer(shared.config().socks5(), reactor, shared.ownConnections(), new Slab());
        return new TcpSessions(0, shared, dialer, new ShardCounters());
    }

    private String target(String destination, int port) {
        return sessions.target(new FlowKey(
                        0, FlowKey.mappedIpv4(1), 4000, Names.high(destination), Names.low(destination), port))
                .toString();
    }

    private void map(String name) {
        Names.ask(new DnsResponder(shared.names()), DnsMessage.query(name, DnsMessage.A));
    }

    @Test
    void aMappedAddressOfEitherFamilyIsTheName() {
        map("www.example.org");

        assertThat(target("100.64.0.1", 443)).isEqualTo("[www.example.org]:443");
        assertThat(target("fc00:6440::1", 80)).isEqualTo("[www.example.org]:80");
    }

    /// Defect 2 of the original: there, any address with the lower bits of a mapped one is rewritten.
    @Test
    void anAddressOutsideOfTheNetworkIsItself() {
        map("www.example.org");

        assertThat(target("1.0.0.1", 443)).isEqualTo("[1.0.0.1]:443");
        assertThat(target("198.18.0.1", 443)).isEqualTo("[198.18.0.1]:443");
    }

    @Test
    void anAddressThatWasNotGivenAwayIsItself() {
        assertThat(target("100.64.0.1", 443)).isEqualTo("[100.64.0.1]:443");
    }

    @Test
    void aDnsServerThatIsRedirectedIsTheResolver() {
        assertThat(target("8.8.8.8", 53)).isEqualTo("[2001:db8:0:0:0:0:0:53]:5353");
        assertThat(target("8.8.8.8", 443)).isEqualTo("[8.8.8.8]:443");
        assertThat(target("8.8.4.4", 53)).isEqualTo("[8.8.4.4]:53");
    }
}
