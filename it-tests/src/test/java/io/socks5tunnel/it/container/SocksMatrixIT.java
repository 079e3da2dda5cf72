// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.datagram.DatagramEcho;
import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.transfer.TransferMode;
import io.socks5tunnel.it.transfer.TransferReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// Servers with and without a password behind both reactors and both kinds of TUN: five hundred connections at once
/// to addresses and names, datagrams, and closed ports. Each demands what the reviewed table says of the server.
///
/// Pairs of values by default, all combinations with the property `socks5tunnel.full`. What was seen is written to
/// `target/container-matrix.md`.
@ParameterizedClass(name = "{0}")
@MethodSource("cells")
final class SocksMatrixIT {
    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int ECHO_PORT = 7100;
    private static final int CONNECTIONS = 500;
    private static final String RANDOM_SIZES = "1-100000";
    private static final String REFUSED = "refused";

    private static ResultTable table;
    private static ContainerLab lab;
    private static Socks5Container server;
    private static Entrance entrance;

    @Parameter
    MatrixCell cell;

    /// Where to, and by what.
    enum Destination {
        IPV4(AddressFamily.IPV4, false),
        IPV6(AddressFamily.IPV6, false),
        NAME_OF_IPV4(AddressFamily.IPV4, true),
        NAME_OF_IPV6(AddressFamily.IPV6, true);

        private final AddressFamily family;
        private final boolean isNamed;

        Destination(AddressFamily family, boolean isNamed) {
            this.family = family;
            this.isNamed = isNamed;
        }

        String host() {
            return isNamed ? entrance.named(family) : family.destination();
        }
    }

    static List<MatrixCell> cells() {
        return Boolean.getBoolean("socks5tunnel.full") ? MatrixCell.all() : MatrixCell.pairs();
    }

    @BeforeAll
    static void beginTable() {
        table = ResultTable.begin(
                "container-matrix.md", "server", "version", "password", "reactor", "TUN", "asked", "came", "seconds");
    }

    @BeforeParameterizedClassInvocation
    static void start(MatrixCell cell) {
        DockerRequirements.demand(cell.program());
        lab = ContainerLab.open();
        server = new Socks5Container(cell.program());
        lab.start(cell.withPassword() ? server.withPassword() : server);
        Applications.start(lab.lab());
        LabProcess echo = lab.lab()
                .server()
                .startJava(
                        "datagram-echo",
                        DatagramEcho.class,
                        ECHO_PORT,
                        1,
                        AddressFamily.IPV4.destination(),
                        AddressFamily.IPV6.destination());
        echo.awaitUntil("echo ready", START_LIMIT, () -> echo.output().contains("ready"));
        entrance = cell.tun().open(lab, server, cell.reactor());
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (lab != null) {
            lab.close();
            lab = null;
        }
        if (server != null) {
            server.close();
            server = null;
        }
    }

    /// Sizes are random, all destinations occur with all ways to end.
    @Test
    void fiveHundredAtOnceEndAsTheTableSays() {
        long startNanos = System.nanoTime();
        ReviewedConduct conduct = ReviewedConduct.of(cell.program());
        List<TransferMode> modes = List.copyOf(conduct.ends().keySet());
        List<String> hosts = hosts();

        LabProcess transfers =
                entrance.startTransfers(modes, hosts, Applications.PORT, CONNECTIONS, RANDOM_SIZES, cell.seed());
        TransferReport report = Applications.report(transfers);

        List<String> seen = new ArrayList<>();
        List<String> surprises = new ArrayList<>();
        for (int i = 0; i < report.connections().size(); i++) {
            TransferMode mode = modes.get(i % modes.size());
            TransferReport.Connection connection = report.connections().get(i);
            String word = Conduct.word(connection);
            seen.add(mode.word() + " " + word);
            if (!conduct.allows(mode, word)) {
                surprises.add(mode.word() + " " + hosts.get(i / modes.size() % hosts.size()) + " " + connection.millis()
                        + " ms " + connection.detail());
            }
        }
        note("500 connections at once", ResultTable.counts(seen), startNanos);
        assertThat(report.connections()).hasSize(CONNECTIONS);
        assertThat(surprises).as(cell + ", seeds from " + cell.seed()).isEmpty();
        entrance.expectHealthy(transfers);
    }

    @Test
    void datagramsComeBackOrAreRefused() {
        long startNanos = System.nanoTime();
        int largest = cell.program().largestDatagram();
        boolean isRelayed = cell.program().relaysDatagrams();
        LabProcess datagrams = entrance.startDatagrams(
                isRelayed ? "sizes" : REFUSED, hosts(), ECHO_PORT, isRelayed ? List.of(1, largest) : List.of(100));

        List<String> seen = datagrams
                .await(LIMIT)
                .orFail()
                .output()
                .lines()
                .map(line -> line.startsWith("PortUnreachableException") ? REFUSED : line)
                .toList();

        note("datagrams", String.join(", ", seen), startNanos);
        List<String> forEach = isRelayed ? List.of("1 ok", largest + " ok") : List.of(REFUSED);
        assertThat(seen)
                .isEqualTo(Stream.of(Destination.values())
                        .flatMap(_ -> forEach.stream())
                        .toList());
    }

    @Test
    void aClosedPortIsToldAsTheTableSays() {
        long startNanos = System.nanoTime();
        List<String> hosts = List.of(AddressFamily.IPV4.destination(), AddressFamily.IPV6.destination());

        TransferReport report = Applications.report(entrance.startTransfers(
                List.of(TransferMode.DOWN), hosts, Applications.CLOSED_PORT, hosts.size(), "1", cell.seed()));

        List<String> seen = report.connections().stream().map(Conduct::word).toList();
        note("closed port, IPv4 and IPv6", String.join(", ", seen), startNanos);
        assertThat(seen)
                .hasSize(hosts.size())
                .containsOnly(ReviewedConduct.of(cell.program()).throughTunnel(Conduct.CLOSED_PORT));
    }

    private static List<String> hosts() {
        return Stream.of(Destination.values()).map(Destination::host).toList();
    }

    private void note(String asked, String came, long startNanos) {
        table.add(
                "`" + cell.program() + "`",
                server.version(),
                cell.withPassword() ? "yes" : "no",
                cell.reactor().word(),
                cell.tun().name().toLowerCase(Locale.ROOT),
                asked,
                came,
                String.format(Locale.ROOT, "%.1f", (System.nanoTime() - startNanos) / 1e9));
    }
}
