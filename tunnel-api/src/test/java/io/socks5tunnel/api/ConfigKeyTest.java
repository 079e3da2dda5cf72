// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.socks5tunnel.api.Socks5Settings.Credentials;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every key, with a text, the value that the records have to hold for it, and the value they hold without it. The
/// records are asked directly, not through the table under test.
class ConfigKeyTest {
    private static final TunnelConfig DEFAULTS = new TunnelConfig(
            TunSettings.DEFAULT,
            Socks5Settings.of("192.0.2.1", 1080),
            MapDnsSettings.DEFAULT,
            LimitSettings.DEFAULT,
            ProcessSettings.DEFAULT,
            ThreadSettings.DEFAULT);

    static Stream<Arguments> keys() {
        return Stream.of(tunnelKeys(), socks5Keys(), mapDnsKeys(), dnsKeys(), miscKeys(), ownKeys())
                .flatMap(keys -> keys);
    }

    private static Stream<Arguments> tunnelKeys() {
        return Stream.of(
                row(ConfigKey.NAME, "tun7", c -> c.tunnel().name(), "tun7", ""),
                row(ConfigKey.MTU, "1500", c -> c.tunnel().mtuBytes(), 1500, 8500),
                row(ConfigKey.MULTI_QUEUE, "true", c -> c, DEFAULTS, DEFAULTS),
                row(ConfigKey.IPV4, "198.18.0.1", c -> c.tunnel().ipv4(), Optional.of("198.18.0.1"), Optional.empty()),
                row(ConfigKey.IPV6, "'fc00::1'", c -> c.tunnel().ipv6(), Optional.of("fc00::1"), Optional.empty()),
                row(ConfigKey.ICMP, "Reply", c -> c.tunnel().icmp(), TunSettings.Icmp.REPLY, TunSettings.Icmp.OFF),
                row(
                        ConfigKey.POST_UP_SCRIPT,
                        "/" + "u".repeat(90),
                        c -> c.tunnel().postUpScript(),
                        Optional.of("/" + "u".repeat(90)),
                        Optional.empty()),
                row(
                        ConfigKey.PRE_DOWN_SCRIPT,
                        "/" + "d".repeat(90),
                        c -> c.tunnel().preDownScript(),
                        Optional.of("/" + "d".repeat(90)),
                        Optional.empty()));
    }

    private static Stream<Arguments> socks5Keys() {
        return Stream.of(
                row(ConfigKey.PORT, "9050", c -> c.socks5().port(), 9050, 1080),
                row(ConfigKey.ADDRESS, "proxy.example", c -> c.socks5().address(), "proxy.example", "192.0.2.1"),
                row(ConfigKey.UDP, "UDP", c -> c.socks5().udp(), Optional.of(Socks5Settings.Udp.UDP), Optional.empty()),
                row(
                        ConfigKey.UDP_ADDRESS,
                        "192.0.2.9",
                        c -> c.socks5().udpAddress(),
                        Optional.of("192.0.2.9"),
                        Optional.empty()),
                row(ConfigKey.PIPELINE, "TRUE", c -> c.socks5().pipeline(), true, false),
                row(
                        ConfigKey.USERNAME,
                        "me",
                        c -> c.socks5().credentials().map(Credentials::username),
                        Optional.of("me"),
                        Optional.empty()),
                row(
                        ConfigKey.PASSWORD,
                        "secret",
                        c -> c.socks5().credentials().map(Credentials::password),
                        Optional.of("secret"),
                        Optional.empty()),
                row(ConfigKey.MARK, "0x1b6", c -> c.socks5().mark(), 438, 0),
                row(ConfigKey.TCP_FASTOPEN, "True", c -> c.socks5().tcpFastOpen(), true, false));
    }

    private static Stream<Arguments> mapDnsKeys() {
        return Stream.of(
                row(ConfigKey.MAPDNS_ADDRESS, "198.18.0.2", c -> c.mapDns().address(), "198.18.0.2", "0.0.0.0"),
                row(ConfigKey.MAPDNS_PORT, "53", c -> c.mapDns().port(), 53, 0),
                row(ConfigKey.MAPDNS_NETWORK, "100.64.0.0", c -> c.mapDns().network(), "100.64.0.0", "0.0.0.0"),
                row(ConfigKey.MAPDNS_NETMASK, "255.192.0.0", c -> c.mapDns().netmask(), "255.192.0.0", "0.0.0.0"),
                row(
                        ConfigKey.MAPDNS_CACHE_SIZE,
                        "4194303\n  netmask: 255.192.0.0\n  port: 53",
                        c -> c.mapDns().cacheSize(),
                        4_194_303,
                        0),
                row(
                        ConfigKey.MAPDNS_ADDRESS6,
                        "'fc00::2'",
                        c -> c.mapDns().address6(),
                        Optional.of("fc00::2"),
                        Optional.empty()),
                row(
                        ConfigKey.MAPDNS_NETWORK6,
                        "'fc00:6440::'",
                        c -> c.mapDns().network6(),
                        Optional.of("fc00:6440::"),
                        Optional.empty()),
                row(
                        ConfigKey.MAPDNS_FILE,
                        "/var/lib/t/names",
                        c -> c.mapDns().file(),
                        Optional.of("/var/lib/t/names"),
                        Optional.empty()));
    }

    private static Stream<Arguments> dnsKeys() {
        String redirecting = "\n  resolver: 192.0.2.1";
        return Stream.of(
                row(ConfigKey.DNS_REDIRECT, "any" + redirecting, c -> c.dns().redirectsAny(), true, false),
                row(
                        ConfigKey.DNS_REDIRECT,
                        "8.8.8.8, 2001:db8::8" + redirecting,
                        c -> c.dns().redirected(),
                        List.of("8.8.8.8", "2001:db8::8"),
                        List.of()),
                row(
                        ConfigKey.DNS_RESOLVER,
                        "'[2001:db8::1]:5353'\n  redirect: any",
                        c -> c.dns().resolver() + " " + c.dns().resolverPort(),
                        "2001:db8::1 5353",
                        " 0"),
                row(
                        ConfigKey.DNS_RESOLVER,
                        "192.0.2.1\n  redirect: any",
                        c -> c.dns().resolver() + " " + c.dns().resolverPort(),
                        "192.0.2.1 53",
                        " 0"),
                row(
                        ConfigKey.DNS_TRANSPORT,
                        "TCP",
                        c -> c.dns().transport(),
                        DnsSettings.Transport.TCP,
                        DnsSettings.Transport.AUTO));
    }

    private static Stream<Arguments> miscKeys() {
        return Stream.of(
                row(ConfigKey.TASK_STACK_SIZE, "24576", c -> c, DEFAULTS, DEFAULTS),
                row(ConfigKey.TCP_BUFFER_SIZE, "4096", c -> c.limits().tcpBufferBytes(), 4096, 65_536),
                row(
                        ConfigKey.UDP_RECV_BUFFER_SIZE,
                        "1048576",
                        c -> c.limits().udpReceiveBufferBytes(),
                        1_048_576,
                        524_288),
                row(ConfigKey.UDP_COPY_BUFFER_NUMS, "64", c -> c.limits().udpBatchDatagrams(), 64, 16),
                row(ConfigKey.MAX_SESSION_COUNT, "1200", c -> c.limits().maxSessionCount(), 1200, 0),
                row(ConfigKey.CONNECT_TIMEOUT, "5000", c -> c.limits().connectTimeoutMillis(), 5000, 10_000),
                row(ConfigKey.READ_WRITE_TIMEOUT, "7000", c -> c.limits().udpIdleMillis(), 7000, 60_000),
                row(ConfigKey.TCP_READ_WRITE_TIMEOUT, "6000", c -> c.limits().tcpIdleMillis(), 6000, 300_000),
                row(ConfigKey.UDP_READ_WRITE_TIMEOUT, "6000", c -> c.limits().udpIdleMillis(), 6000, 60_000),
                row(ConfigKey.LOG_FILE, "/var/log/t", c -> c.process().logFile(), "/var/log/t", "stderr"),
                row(
                        ConfigKey.LOG_LEVEL,
                        "debug",
                        c -> c.process().logLevel(),
                        ProcessSettings.LogLevel.DEBUG,
                        ProcessSettings.LogLevel.WARN),
                row(
                        ConfigKey.PID_FILE,
                        "/run/t.pid",
                        c -> c.process().pidFile(),
                        Optional.of("/run/t.pid"),
                        Optional.empty()),
                row(ConfigKey.LIMIT_NOFILE, "1024", c -> c.process().limitNoFile(), 1024, 65_535));
    }

    private static Stream<Arguments> ownKeys() {
        return Stream.of(
                row(
                        ConfigKey.CAPABILITIES,
                        "drop",
                        c -> c.process().capabilities(),
                        ProcessSettings.Capabilities.DROP,
                        ProcessSettings.Capabilities.AUTO),
                row(
                        ConfigKey.OFFLOAD,
                        "off",
                        c -> c.tunnel().offload(),
                        TunSettings.Offload.OFF,
                        TunSettings.Offload.AUTO),
                row(
                        ConfigKey.TCP_REFUSAL,
                        "reset",
                        c -> c.tunnel().tcpRefusal(),
                        TunSettings.TcpRefusal.RESET,
                        TunSettings.TcpRefusal.EXACT),
                row(
                        ConfigKey.TCP_ACCEPT,
                        "immediate",
                        c -> c.tunnel().tcpAccept(),
                        TunSettings.TcpAccept.IMMEDIATE,
                        TunSettings.TcpAccept.AFTER_CONNECT),
                row(ConfigKey.MAX_HALF_OPEN, "10", c -> c.limits().maxHalfOpen(), 10, 1024),
                row(ConfigKey.MAX_HALF_OPEN_PER_CLIENT, "5", c -> c.limits().maxHalfOpenPerClient(), 5, 512),
                row(ConfigKey.MAX_DIALS, "4", c -> c.limits().maxDials(), 4, 256),
                row(ConfigKey.WARM_ASSOCIATIONS, "7", c -> c.limits().warmAssociations(), 7, 4),
                row(ConfigKey.WARM_CONNECTIONS, "9", c -> c.limits().warmConnections(), 9, 4),
                row(ConfigKey.WORKERS, "3", c -> c.threads().workers(), 3, 0),
                row(ConfigKey.MIN_WORKERS, "2", c -> c.threads().minWorkers(), 2, 0),
                row(ConfigKey.AFFINITY, "Off", c -> c.threads().affinity(), Affinity.OFF, Affinity.AUTO),
                row(
                        ConfigKey.AFFINITY,
                        "8, 0-2",
                        c -> c.threads().affinity(),
                        new Affinity.Listed(new CpuList(List.of(8, 0, 1, 2))),
                        Affinity.AUTO));
    }

    private static Arguments row(
            ConfigKey key, String text, Function<TunnelConfig, Object> asked, Object parsed, Object fallback) {
        return arguments(key, text, asked, parsed, fallback);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("keys")
    void isParsed(ConfigKey key, String text, Function<TunnelConfig, Object> asked, Object parsed)
            throws ConfigException {
        TunnelConfig config = TunnelConfig.parse(with(key, text)).config();

        assertThat(asked.apply(config)).isEqualTo(parsed);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("keys")
    void hasItsDefault(ConfigKey key, String text, Function<TunnelConfig, Object> asked, Object parsed, Object fallback)
            throws ConfigException {
        TunnelConfig config =
                TunnelConfig.parse("socks5: {port: 1080, address: 192.0.2.1}").config();

        assertThat(asked.apply(config)).isEqualTo(fallback).isNotEqualTo(key.isWithoutEffect() ? null : parsed);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("keys")
    void quotesMakeNoDifference(ConfigKey key, String text) throws ConfigException {
        String quoted = text.startsWith("'") || text.contains("\n") ? text : '"' + text + '"';

        assertThat(TunnelConfig.parse(with(key, quoted)).config())
                .isEqualTo(TunnelConfig.parse(with(key, text)).config());
    }

    @Test
    void theRecordsDefaultsAreThoseOfTheTable() throws ConfigException {
        LoadedConfig loaded = TunnelConfig.parse("socks5: {port: 1080, address: 192.0.2.1}");

        assertThat(loaded.config()).isEqualTo(DEFAULTS);
        assertThat(loaded.warnings()).isEmpty();
        for (ConfigKey key : ConfigKey.values()) {
            if (key.isPrinted() && !key.isRequired()) {
                assertThat(key.effective(DEFAULTS)).as(key.path()).isEqualTo(key.fallback());
            }
        }
    }

    @Test
    void noKeyIsLeftOutHere() {
        Set<ConfigKey> tested = keys().map(row -> (ConfigKey) row.get()[0]).collect(Collectors.toSet());

        assertThat(tested).containsExactlyInAnyOrderElementsOf(Arrays.asList(ConfigKey.values()));
    }

    @Test
    void everyPrintedKeySaysWhatWasParsed() throws ConfigException {
        for (Arguments row : keys().toList()) {
            ConfigKey key = (ConfigKey) row.get()[0];
            TunnelConfig config =
                    TunnelConfig.parse(with(key, (String) row.get()[1])).config();
            if (key.isPrinted()) {
                assertThat(key.effective(config)).as(key.path()).isNotEqualTo(key.effective(DEFAULTS));
            }
        }
    }

    /// A configuration with one key set, and what else has to be there for it.
    private static String with(ConfigKey key, String text) {
        StringBuilder server = new StringBuilder("socks5:\n");
        server.append("  address: 192.0.2.1\n  port: 1080\n");
        if (key == ConfigKey.USERNAME) {
            server.append("  password: p\n");
        } else if (key == ConfigKey.PASSWORD) {
            server.append("  username: u\n");
        }
        String line = "  " + key.text() + ": " + text + "\n";
        return key.section() == ConfigSection.SOCKS5
                ? server + line
                : server + key.section().text() + ":\n" + line;
    }
}
