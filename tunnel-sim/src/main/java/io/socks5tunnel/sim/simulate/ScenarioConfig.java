// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.api.DnsSettings;
import io.socks5tunnel.api.LimitSettings;
import io.socks5tunnel.api.MapDnsSettings;
import io.socks5tunnel.api.ProcessSettings;
import io.socks5tunnel.api.Socks5Settings;
import io.socks5tunnel.api.ThreadSettings;
import io.socks5tunnel.api.TunSettings;
import io.socks5tunnel.api.TunSettings.TcpAccept;
import io.socks5tunnel.api.TunnelConfig;
import java.util.List;
import java.util.Optional;

/// The tunnel's configuration in a scenario.
final class ScenarioConfig {
    private ScenarioConfig() {}

    static TunnelConfig of(Scenario scenario) {
        return new TunnelConfig(
                tunnel(scenario),
                server(scenario),
                names(scenario.names()),
                limits(scenario),
                ProcessSettings.DEFAULT,
                new ThreadSettings(scenario.shards()),
                redirection(scenario.names().redirection()));
    }

    private static TunSettings tunnel(Scenario scenario) {
        TunSettings defaults = TunSettings.DEFAULT;
        return new TunSettings(
                defaults.name(),
                scenario.mtuBytes(),
                defaults.ipv4(),
                defaults.ipv6(),
                scenario.names().isEchoAnswered() ? TunSettings.Icmp.REPLY : TunSettings.Icmp.OFF,
                defaults.postUpScript(),
                defaults.preDownScript(),
                defaults.offload(),
                defaults.tcpRefusal(),
                scenario.isAcceptedAtOnce() ? TcpAccept.IMMEDIATE : TcpAccept.AFTER_CONNECT);
    }

    private static MapDnsSettings names(NamesPlan names) {
        if (names.cacheSize() == 0) {
            return MapDnsSettings.DEFAULT;
        }
        return new MapDnsSettings(
                NamesPlan.SERVER.getAddress().getHostAddress(),
                NamesPlan.SERVER.getPort(),
                NamesPlan.NETWORK,
                names.netmask(),
                names.cacheSize(),
                Optional.of(NamesPlan.SERVER_6.getAddress().getHostAddress()),
                Optional.of(NamesPlan.NETWORK_6),
                Optional.empty());
    }

    private static DnsSettings redirection(NamesPlan.Redirection way) {
        DnsSettings.Transport transport = switch (way) {
            case OFF, AUTO -> DnsSettings.Transport.AUTO;
            case UDP -> DnsSettings.Transport.UDP;
            case TCP -> DnsSettings.Transport.TCP;
        };
        List<String> redirected = List.of(
                NamesPlan.REDIRECTED.getAddress().getHostAddress(),
                NamesPlan.REDIRECTED_6.getAddress().getHostAddress());
        return way == NamesPlan.Redirection.OFF
                ? DnsSettings.DEFAULT
                : new DnsSettings(
                        false,
                        redirected,
                        NamesPlan.RESOLVER.getAddress().getHostAddress(),
                        NamesPlan.RESOLVER.getPort(),
                        transport);
    }

    private static Socks5Settings server(Scenario scenario) {
        Socks5Settings plain = Socks5Settings.of(
                scenario.isServerNamed()
                        ? UpstreamSide.NAME
                        : UpstreamSide.SERVER.getAddress().getHostAddress(),
                UpstreamSide.SERVER.getPort());
        return new Socks5Settings(
                plain.address(),
                plain.port(),
                Optional.of(scenario.isUdpInTcp() ? Socks5Settings.Udp.TCP : Socks5Settings.Udp.UDP),
                plain.udpAddress(),
                scenario.isPipelined(),
                scenario.hasCredentials()
                        ? Optional.of(new Socks5Settings.Credentials(UpstreamSide.USER, UpstreamSide.PASSWORD))
                        : Optional.empty(),
                plain.mark(),
                plain.tcpFastOpen());
    }

    private static LimitSettings limits(Scenario scenario) {
        LimitSettings defaults = LimitSettings.DEFAULT;
        return new LimitSettings(
                scenario.maxSessions(),
                defaults.maxHalfOpen(),
                defaults.maxHalfOpenPerClient(),
                defaults.maxDials(),
                defaults.connectTimeoutMillis(),
                scenario.idleMillis(),
                defaults.udpIdleMillis(),
                defaults.tcpBufferBytes(),
                defaults.udpReceiveBufferBytes(),
                defaults.udpBatchDatagrams(),
                defaults.warmAssociations(),
                defaults.warmConnections());
    }
}
