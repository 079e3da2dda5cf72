// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.names;

import static io.socks5tunnel.it.names.NamesLab.MAPDNS;
import static io.socks5tunnel.it.names.NamesLab.MAPDNS_IPV6;
import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.transfer.SeededBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// dig and curl with mapped names, through the kernel. Only the SOCKS server can resolve the names, so what arrives
/// was asked for by name.
final class MapDnsIT {
    private static NamesLab lab;

    @BeforeAll
    static void start() {
        lab = NamesLab.start(config());
    }

    @AfterAll
    static void stop() {
        if (lab != null) {
            lab.close();
        }
    }

    private static DaemonConfig config() {
        return NamesLab.mapping(SocksServer.EMBEDDED).withWorkers(2).with("socks5.udp", "udp");
    }

    @ParameterizedTest
    @CsvSource({MAPDNS + ", +notcp", MAPDNS + ", +tcp", MAPDNS_IPV6 + ", +notcp", MAPDNS_IPV6 + ", +tcp"})
    void digGetsAddressesOfBothFamiliesAndTheirName(String server, String transport) {
        String ipv4 =
                lab.dig("@" + server, transport, "+short", "dig.example", "A").strip();
        String ipv6 = lab.dig("@" + server, transport, "+short", "dig.example", "AAAA")
                .strip();

        assertThat(ipv4).startsWith("100.64.");
        assertThat(ipv6).startsWith("fc00:6440::");
        assertThat(lab.dig("@" + server, transport, "+short", "-x", ipv4).strip())
                .isEqualTo("dig.example.");
        assertThat(lab.dig("@" + server, transport, "+short", "-x", ipv6).strip())
                .isEqualTo("dig.example.");
        assertThat(lab.dig("@" + server, transport, "+short", "DiG.eXaMPLe", "A")
                        .strip())
                .isEqualTo(ipv4);
        lab.daemon().expectHealthy();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTPS", "SVCB", "TXT", "MX", "ANY", "TYPE65280"})
    void digGetsAnAnswerWithoutDataForOtherTypes(String type) {
        String answer = lab.dig("@" + MAPDNS, "+notcp", "www.example", type);

        assertThat(answer).contains("status: NOERROR").contains("ANSWER: 0");
    }

    @Test
    void digFindsNothingWrongWithTheMessages() {
        String plain = lab.dig("@" + MAPDNS, "+noedns", "MiXeD.example", "A");
        String edns = lab.dig("@" + MAPDNS, "+dnssec", "+nsid", "MiXeD.example", "A");

        assertThat(plain)
                .contains("status: NOERROR", "flags: qr rd ra;", "MiXeD.example.")
                .doesNotContain("EDNS");
        assertThat(edns).contains("status: NOERROR", "EDNS: version: 0, flags: do; udp: 1232");
        assertThat(plain + edns).doesNotContain("Warning", "WARNING", "malformed");
        assertThat(lab.dig("@" + MAPDNS, "version.bind", "TXT", "CH")).contains("status: REFUSED");
    }

    @Test
    void tenThousandNamesHaveTenThousandAddresses() {
        String queries = IntStream.range(0, 10_000)
                .mapToObj(i -> "host" + i + ".many.example A\n")
                .collect(Collectors.joining());
        String file = lab.file("queries", queries).toString();

        String first = lab.dig("@" + MAPDNS, "+short", "-f", file);
        String second = lab.dig("@" + MAPDNS, "+short", "-f", file);

        assertThat(first.lines()).hasSize(10_000).doesNotHaveDuplicates().allMatch(line -> line.startsWith("100.64."));
        assertThat(second).isEqualTo(first);
        lab.daemon().expectHealthy();
    }

    @Tag("full")
    @ParameterizedTest
    @ValueSource(strings = {"+notcp", "+tcp +keepopen"})
    void tenThousandNamesAreRightInEveryWay(String transport) {
        List<String> names = IntStream.range(0, 10_000)
                .mapToObj(i -> "host" + i + ".every.example.")
                .toList();
        List<String> mixed =
                names.stream().map(name -> name.replace("host", "HoSt")).toList();

        List<String> ipv4 = digAll(transport, names, " A");
        List<String> ipv6 = digAll(transport, mixed, " AAAA");

        assertThat(ipv4).hasSize(10_000).doesNotHaveDuplicates().allMatch(line -> line.startsWith("100.64."));
        assertThat(ipv6).hasSize(10_000).doesNotHaveDuplicates().allMatch(line -> line.startsWith("fc00:6440::"));
        assertThat(digAll(transport, mixed, " A")).isEqualTo(ipv4);
        assertThat(digAll(transport, names, " HTTPS")).isEmpty();
        assertThat(digAll(transport, reverse(ipv4), "")).isEqualTo(names);
        assertThat(digAll(transport, reverse(ipv6), "")).isEqualTo(names);
        lab.daemon().expectHealthy();
    }

    private static List<String> reverse(List<String> addresses) {
        return addresses.stream().map("-x "::concat).toList();
    }

    private static List<String> digAll(String options, List<String> questions, String type) {
        String file = lab.file("questions", String.join(type + "\n", questions) + type + "\n")
                .toString();
        List<String> arguments = new ArrayList<>(List.of(options.split(" ", -1)));
        arguments.addAll(List.of("@" + MAPDNS, "+short", "-f", file));
        return lab.dig(arguments.toArray(String[]::new)).lines().toList();
    }

    @ParameterizedTest
    @CsvSource({NamesLab.NAME + ", -4", NamesLab.NAME + ", -6", NamesLab.IPV6_NAME + ", -4", NamesLab.IPV6_NAME + ", -6"
    })
    void curlByNameReachesWhatTheSocksServerKnowsByThatName(String name, String family) throws Exception {
        var file = lab.directory().resolve("body");
        lab.curl("http://" + name + ":" + Applications.PORT + "/bytes/100000/7", family, "-o", file.toString())
                .orFail();

        var expected = new byte[100_000];
        SeededBytes.fill(expected, 7, 0);
        assertThat(file).hasBinaryContent(expected);
        lab.daemon().expectHealthy();
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp", "tcp"})
    void datagramsToAMappedAddressReachTheNameAndAnswersComeFromTheMappedAddress(String mode) {
        lab.restart(config().with("socks5.udp", mode));
        String mapped = lab.dig("@" + MAPDNS, "+short", NamesLab.NAME, "A").strip();

        // dig takes no answer from another address than the one it has asked
        String answer =
                lab.dig("@" + mapped, "-p", "" + NamesLab.RESOLVER_PORT, "+short", "+notcp", "any.example", "A");

        assertThat(answer.strip()).isEqualTo(LabResolver.BY_UDP);
        lab.daemon().expectHealthy();
    }

    @Test
    void aRestartKeepsTheMappingsIfAskedTo() {
        DaemonConfig keeping = config().with("mapdns.file", lab.directory().resolve("names"));
        lab.restart(keeping);
        lab.dig("@" + MAPDNS, "+short", "first.keep.example", "A");
        String second =
                lab.dig("@" + MAPDNS, "+short", "second.keep.example", "A").strip();

        lab.restart(keeping);

        assertThat(lab.dig("@" + MAPDNS, "+short", "-x", second).strip()).isEqualTo("second.keep.example.");
        assertThat(lab.dig("@" + MAPDNS, "+short", "new.keep.example", "A").strip())
                .isEqualTo("100.64.0.3");
        lab.daemon().expectHealthy();
    }
}
