// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.datagram.DatagramClient;
import io.socks5tunnel.it.datagram.DatagramEcho;
import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.transfer.TransferMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Every server with and without a password, through a TUN of the kernel: both families, names, datagrams, and five
/// hundred connections at once.
@ParameterizedClass(name = "{0}")
@MethodSource("cells")
final class SocksMatrixIT {
    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int ECHO_PORT = 7100;
    private static final int LONGEST = 100_000;
    private static final long SEED = 1;

    private static ContainerLab lab;
    private static Applications applications;
    private static Daemon daemon;

    @Parameter
    Cell cell;

    /// A server.
    record Cell(SocksProgram program, boolean withPassword) {
        @Override
        public String toString() {
            return program + (withPassword ? ", password" : "");
        }
    }

    static List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (SocksProgram program : SocksProgram.values()) {
            cells.add(new Cell(program, false));
            if (program.canDemandPassword()) {
                cells.add(new Cell(program, true));
            }
        }
        return cells;
    }

    @BeforeParameterizedClassInvocation
    static void start(Cell cell) {
        DockerRequirements.demand(cell.program());
        lab = ContainerLab.open();
        Socks5Container server = new Socks5Container(cell.program());
        lab.start(cell.withPassword() ? server.withPassword() : server);
        applications = Applications.start(lab.lab());
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
        daemon = Daemon.start(lab.lab(), config(cell, server));
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (lab != null) {
            lab.close();
            lab = null;
        }
    }

    @ParameterizedTest
    @EnumSource
    void bytesGoBothWaysUnchanged(AddressFamily family) {
        assertThat(applications
                        .transfer(TransferMode.DOWN, family, 10, LONGEST, SEED)
                        .failures())
                .isEmpty();
        assertThat(applications
                        .transfer(TransferMode.UP, family, 10, LONGEST, SEED)
                        .failures())
                .isEmpty();
        daemon.expectHealthy();
    }

    @ParameterizedTest
    @EnumSource
    void theServerLooksNamesUp(AddressFamily family) {
        String url = "http://" + ContainerLab.nameOf(family) + ":" + Applications.PORT + "/bytes/1000/1";

        assertThat(lab.curlByName(applications, url).orFail().output()).isEqualTo("1000");
    }

    @ParameterizedTest
    @EnumSource
    void datagramsComeBackOrAreRefused(AddressFamily family) {
        int largest = cell.program().largestDatagram();
        if (cell.program().relaysDatagrams()) {
            assertThat(datagrams("sizes", family.destination(), ECHO_PORT, 1, largest))
                    .containsExactly("1 ok", largest + " ok");
        } else {
            assertThat(datagrams("refused", family.destination(), ECHO_PORT, 100))
                    .last(InstanceOfAssertFactories.STRING)
                    .startsWith("PortUnreachableException");
        }
    }

    /// Sizes are random, and many end one direction long before the other where the server keeps that.
    @ParameterizedTest
    @EnumSource(names = "IPV4")
    void fiveHundredAtOnceArriveUnchanged(AddressFamily family) {
        List<LabProcess> transfers = new ArrayList<>();
        for (TransferMode mode : modes(cell.program())) {
            transfers.add(
                    applications.startTransfers(mode, family.destination(), 100, 1, LONGEST, SEED + transfers.size()));
        }

        assertThat(transfers)
                .hasSize(5)
                .allSatisfy(transfer ->
                        assertThat(Applications.report(transfer).failures()).isEmpty());
        daemon.expectHealthy();
    }

    private static List<String> datagrams(Object... arguments) {
        return lab.lab()
                .client()
                .startJava("datagrams", DatagramClient.class, arguments)
                .await(LIMIT)
                .orFail()
                .output()
                .lines()
                .toList();
    }

    private static List<TransferMode> modes(SocksProgram program) {
        return program.keepsEnds()
                ? List.of(
                        TransferMode.DOWN,
                        TransferMode.ECHO,
                        TransferMode.DOWN_AFTER_FIN,
                        TransferMode.UP_AFTER_FIN,
                        TransferMode.UP)
                : List.of(TransferMode.DOWN, TransferMode.UP, TransferMode.DOWN, TransferMode.UP, TransferMode.UP);
    }

    private static DaemonConfig config(Cell cell, Socks5Container server) {
        DaemonConfig config = lab.mappingNames(DaemonConfig.of(SocksServer.EMBEDDED))
                .with("socks5.address", server.address(AddressFamily.IPV4).getHostAddress())
                .with("socks5.udp", "udp")
                .withWorkers(2);
        return cell.withPassword()
                ? config.with("socks5.username", Socks5Container.USER).with("socks5.password", Socks5Container.PASSWORD)
                : config;
    }
}
