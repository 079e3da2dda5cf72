// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Makes the records out of checked values.
final class ConfigAssembly {
    private static final int DEFAULT_RESOLVER_PORT = 53;

    private final Settings settings;

    private ConfigAssembly(Settings settings) {
        this.settings = settings;
    }

    static TunnelConfig assemble(Settings settings) {
        ConfigAssembly assembly = new ConfigAssembly(settings);
        return new TunnelConfig(
                assembly.tunnel(),
                assembly.socks5(),
                assembly.mapDns(),
                assembly.limits(),
                assembly.process(),
                assembly.threads(),
                assembly.dns());
    }

    private TunSettings tunnel() {
        return new TunSettings(
                settings.text(ConfigKey.NAME),
                settings.number(ConfigKey.MTU),
                settings.optionalText(ConfigKey.IPV4),
                settings.optionalText(ConfigKey.IPV6),
                word(TunSettings.Icmp.class, ConfigKey.ICMP),
                settings.optionalText(ConfigKey.POST_UP_SCRIPT),
                settings.optionalText(ConfigKey.PRE_DOWN_SCRIPT),
                word(TunSettings.Offload.class, ConfigKey.OFFLOAD),
                word(TunSettings.TcpRefusal.class, ConfigKey.TCP_REFUSAL),
                word(TunSettings.TcpAccept.class, ConfigKey.TCP_ACCEPT));
    }

    private Socks5Settings socks5() {
        if (!settings.has(ConfigKey.ADDRESS)) {
            return Socks5Settings.NONE;
        }
        boolean hasUdp = !settings.text(ConfigKey.UDP).isEmpty();
        boolean hasLogin = settings.has(ConfigKey.USERNAME);
        return new Socks5Settings(
                settings.text(ConfigKey.ADDRESS),
                settings.number(ConfigKey.PORT),
                hasUdp ? Optional.of(word(Socks5Settings.Udp.class, ConfigKey.UDP)) : Optional.empty(),
                settings.optionalText(ConfigKey.UDP_ADDRESS),
                settings.flag(ConfigKey.PIPELINE),
                hasLogin ? Optional.of(credentials()) : Optional.empty(),
                settings.number(ConfigKey.MARK),
                settings.flag(ConfigKey.TCP_FASTOPEN));
    }

    private Socks5Settings.Credentials credentials() {
        return new Socks5Settings.Credentials(settings.text(ConfigKey.USERNAME), settings.text(ConfigKey.PASSWORD));
    }

    private MapDnsSettings mapDns() {
        return new MapDnsSettings(
                settings.text(ConfigKey.MAPDNS_ADDRESS),
                settings.number(ConfigKey.MAPDNS_PORT),
                settings.text(ConfigKey.MAPDNS_NETWORK),
                settings.text(ConfigKey.MAPDNS_NETMASK),
                settings.number(ConfigKey.MAPDNS_CACHE_SIZE),
                settings.optionalText(ConfigKey.MAPDNS_ADDRESS6),
                settings.optionalText(ConfigKey.MAPDNS_NETWORK6),
                settings.optionalText(ConfigKey.MAPDNS_FILE));
    }

    private DnsSettings dns() {
        String redirect = settings.text(ConfigKey.DNS_REDIRECT);
        boolean isAny = TextRule.isAny(redirect);
        Optional<EndpointText> resolver = EndpointText.of(settings.text(ConfigKey.DNS_RESOLVER), DEFAULT_RESOLVER_PORT);
        return new DnsSettings(
                isAny,
                isAny ? List.of() : TextRule.addresses(redirect),
                resolver.map(EndpointText::address).orElse(""),
                resolver.map(EndpointText::port).orElse(0),
                word(DnsSettings.Transport.class, ConfigKey.DNS_TRANSPORT));
    }

    private LimitSettings limits() {
        return new LimitSettings(
                settings.number(ConfigKey.MAX_SESSION_COUNT),
                settings.number(ConfigKey.MAX_HALF_OPEN),
                settings.number(ConfigKey.MAX_HALF_OPEN_PER_CLIENT),
                settings.number(ConfigKey.MAX_DIALS),
                settings.number(ConfigKey.CONNECT_TIMEOUT),
                idleMillis(ConfigKey.TCP_READ_WRITE_TIMEOUT),
                idleMillis(ConfigKey.UDP_READ_WRITE_TIMEOUT),
                settings.number(ConfigKey.TCP_BUFFER_SIZE),
                settings.number(ConfigKey.UDP_RECV_BUFFER_SIZE),
                settings.number(ConfigKey.UDP_COPY_BUFFER_NUMS),
                settings.number(ConfigKey.WARM_ASSOCIATIONS),
                settings.number(ConfigKey.WARM_CONNECTIONS));
    }

    /// The old common key stands in for either of the two that followed it.
    private int idleMillis(ConfigKey key) {
        boolean usesOld = !settings.has(key) && settings.has(ConfigKey.READ_WRITE_TIMEOUT);
        return settings.number(usesOld ? ConfigKey.READ_WRITE_TIMEOUT : key);
    }

    private ProcessSettings process() {
        return new ProcessSettings(
                settings.text(ConfigKey.LOG_FILE),
                word(ProcessSettings.LogLevel.class, ConfigKey.LOG_LEVEL),
                settings.optionalText(ConfigKey.PID_FILE),
                settings.number(ConfigKey.LIMIT_NOFILE),
                word(ProcessSettings.Capabilities.class, ConfigKey.CAPABILITIES));
    }

    private ThreadSettings threads() {
        // what is none of its forms was refused before
        Affinity affinity =
                AffinityText.parse(settings.text(ConfigKey.AFFINITY)).orElseThrow();
        return new ThreadSettings(settings.number(ConfigKey.WORKERS), settings.number(ConfigKey.MIN_WORKERS), affinity);
    }

    private <E extends Enum<E>> E word(Class<E> type, ConfigKey key) {
        return Enum.valueOf(type, settings.text(key).toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
