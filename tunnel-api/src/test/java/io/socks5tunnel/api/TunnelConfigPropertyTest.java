// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TunnelConfigPropertyTest {
    private static final String SECRET = "hunter2";
    private static final List<Affinity> AFFINITIES = List.of(
            Affinity.AUTO,
            Affinity.OFF,
            new Affinity.Listed(new CpuList(List.of(0, 1, 2, 3, 8))),
            new Affinity.Listed(new CpuList(List.of(3, 2, CpuList.MAX_CPU))));

    @Property(tries = 2000, seed = "202601")
    void anyTextIsTakenOrRefusedWithoutAnotherException(@ForAll String text) {
        readAndForget(text);
    }

    @Property(tries = 1000, seed = "202602")
    void anyBytesAreTakenOrRefusedWithoutAnotherException(@ForAll byte[] bytes) {
        try {
            assertThat(TunnelConfig.parse(bytes)).isNotNull();
        } catch (ConfigException e) {
            assertThat(e).hasMessageNotContaining("\n");
        }
    }

    @Property(tries = 4000, seed = "202603")
    void textOfYamlPiecesIsTakenOrRefusedWithoutAnotherException(@ForAll("pieces") String text) {
        readAndForget(text);
    }

    @Property(tries = 1000, seed = "202604")
    void everyKeyTakesOrRefusesAnyValue(@ForAll ConfigKey key, @ForAll("values") String value) {
        readAndForget("socks5: {port: 1080, address: 127.0.0.1}\n"
                + key.section().text() + ":\n  " + key.text() + ": " + value + "\n");
    }

    @Property(tries = 2000, seed = "202605")
    void noMessageHoldsASecret(@ForAll("piecesOfALine") String before, @ForAll("pieces") String after) {
        for (String key : List.of("username", "password")) {
            String yaml = "socks5:\n  port: 1\n  address: a\n  " + key + ": " + before + SECRET + after;
            try {
                TunnelConfig.parse(yaml)
                        .warnings()
                        .forEach(warning -> assertThat(warning.text()).doesNotContain(SECRET));
            } catch (ConfigException e) {
                assertThat(e.getMessage()).doesNotContain(SECRET);
                assertThat(e).hasNoCause();
            }
        }
    }

    @Property(tries = 500, seed = "202606")
    void whatIsPrintedLoadsAsTheSame(@ForAll("configs") TunnelConfig config) throws ConfigException {
        assertThat(TunnelConfig.parse(config.toYaml()).config()).isEqualTo(config);
    }

    private static void readAndForget(String text) {
        try {
            LoadedConfig loaded = TunnelConfig.parse(text);
            assertThat(loaded.config().toYaml()).isNotEmpty();
        } catch (ConfigException e) {
            assertThat(e.getMessage()).isNotBlank().doesNotContain("\n", "\u001b");
        }
    }

    @Provide
    Arbitrary<String> pieces() {
        List<String> words = List.of(
                "tunnel",
                "socks5",
                "mapdns",
                "dns",
                "misc",
                "threads",
                "port",
                "address",
                "ipv4",
                ": ",
                ":",
                "\n",
                "\n  ",
                "\n    ",
                "- ",
                "? ",
                "{",
                "}",
                "[",
                "]",
                ", ",
                "&a ",
                "*a",
                "!t ",
                "!x!y ",
                "'",
                "\"",
                "\\",
                "|\n",
                ">9",
                "|99999999999\n",
                "%YAML 1.2\n",
                "%YAML 9.9\n",
                "%YAML 1.99999999999\n",
                "---\n",
                "...\n",
                "#",
                "\t",
                "1080",
                "0x",
                "-1",
                "\u0000",
                "\uD800",
                "\uFEFF",
                "\u0085",
                "<<: ",
                "~",
                "\\U00110000",
                "\\xZ",
                "é",
                "😀",
                "%");
        return Arbitraries.of(words).list().ofMaxSize(30).map(list -> String.join("", list));
    }

    /// What may stand between a key and its value: on another line the secret would be a key itself.
    @Provide
    Arbitrary<String> piecesOfALine() {
        return pieces().map(text -> text.replace("\n", "").replace("\u0085", ""));
    }

    @Provide
    Arbitrary<String> values() {
        return Arbitraries.oneOf(
                Arbitraries.strings(),
                Arbitraries.strings().ascii().map(text -> "'" + text.replace("'", "''") + "'"),
                Arbitraries.longs().map(String::valueOf),
                Arbitraries.bigIntegers().map(String::valueOf),
                Arbitraries.of("\"\\0\"", "\"a\\0b\"", "[a]", "{address: x}", "''", "0x", "08", "1e3", "+5", "- 5"));
    }

    @Provide
    Arbitrary<TunnelConfig> configs() {
        Arbitrary<String> paths = Arbitraries.strings()
                .withChars("abc/.-_ '\"\\#:{}[]&*!|>%@`\t\u0007é😀\u2028")
                .ofMinLength(1)
                .ofMaxLength(20);
        return Combinators.combine(
                        paths,
                        paths,
                        Arbitraries.of("", "tun0", "tun%d", "'\"", "~", "null", "-"),
                        Arbitraries.integers(),
                        Arbitraries.integers().between(68, 65_535),
                        Arbitraries.of(ProcessSettings.LogLevel.values()),
                        Arbitraries.of(TunSettings.TcpAccept.values()),
                        Arbitraries.of("127.0.0.1", "::1", "fe80::1%eth0", "proxy.example"))
                .as(TunnelConfigPropertyTest::config);
    }

    private static TunnelConfig config(
            String script,
            String log,
            String name,
            int mark,
            int mtu,
            ProcessSettings.LogLevel level,
            TunSettings.TcpAccept accept,
            String address) {
        return new TunnelConfig(
                new TunSettings(
                        name,
                        mtu,
                        Optional.of("198.18.0.1"),
                        Optional.of("fc00::1"),
                        TunSettings.Icmp.REPLY,
                        Optional.of(script),
                        Optional.empty(),
                        TunSettings.Offload.OFF,
                        TunSettings.TcpRefusal.RESET,
                        accept),
                new Socks5Settings(
                        address,
                        1080,
                        Arrays.stream(Socks5Settings.Udp.values()).findFirst(),
                        Optional.of(address),
                        true,
                        Optional.empty(),
                        mark,
                        true),
                new MapDnsSettings(
                        "198.18.0.2",
                        53,
                        "100.64.0.0",
                        "255.192.0.0",
                        10_000,
                        Optional.of("fc00::2"),
                        Optional.of("fc00:0:0:6440::"),
                        Optional.of(script)),
                new LimitSettings(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
                new ProcessSettings(
                        log,
                        level,
                        Optional.of(script),
                        1024,
                        Arrays.asList(ProcessSettings.Capabilities.values()).get(mtu % 3)),
                new ThreadSettings(256, mtu % 257, AFFINITIES.get(mtu % 4)),
                new DnsSettings(
                        mtu % 2 == 0,
                        mtu % 2 == 0 ? List.of() : List.of("192.0.2.53", "2001:db8::53"),
                        mtu % 3 == 0 ? "2001:db8::1" : "192.0.2.1",
                        mtu,
                        Arrays.asList(DnsSettings.Transport.values()).get(mtu % 3)));
    }
}
