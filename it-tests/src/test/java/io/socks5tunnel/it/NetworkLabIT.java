// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.Ended;
import io.socks5tunnel.it.lab.KernelCounters;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.LabRequirements;
import io.socks5tunnel.it.lab.NetworkLab;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.transfer.SeededBytes;
import io.socks5tunnel.it.transfer.TransferMode;
import io.socks5tunnel.it.transfer.TransferReport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Proves the test bed without a tunnel, so that what fails with one is the tunnel's doing.
final class NetworkLabIT {
    private static final long SEED = 1;
    private static final int MEGABYTE = 1_000_000;

    private NetworkLab lab;

    @BeforeEach
    void open() {
        LabRequirements.demand();
        lab = NetworkLab.open();
    }

    @AfterEach
    void close() {
        if (lab != null) {
            lab.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void bytesPassOverTheWireUnchanged(AddressFamily family) {
        Applications applications = Applications.start(lab);
        KernelCounters before = KernelCounters.read(lab.client());
        lab.routeDirect();

        assertThat(applications.download(family, MEGABYTE, SEED)).isEqualTo(SeededBytes.sha256(SEED, MEGABYTE));
        assertThat(applications.upload(family, MEGABYTE, SEED)).isEqualTo(SeededBytes.sha256(SEED, MEGABYTE));
        assertThat(KernelCounters.read(lab.client()).complaintsSince(before)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"DOWN", "UP", "ECHO", "DOWN_AFTER_FIN", "UP_AFTER_FIN", "SERVER_RESET", "CLIENT_RESET"})
    void everyTransferModeWorksOverTheWire(TransferMode mode) {
        Applications applications = Applications.start(lab);
        lab.routeDirect();

        TransferReport report = applications.transfer(mode, AddressFamily.IPV4, 10, MEGABYTE, SEED);

        assertThat(report.failures()).isEmpty();
        assertThat(report.connections()).hasSize(10);
    }

    @ParameterizedTest
    @CsvSource({"DANTE,IPV4", "DANTE,IPV6", "MICROSOCKS,IPV4", "MICROSOCKS,IPV6", "EMBEDDED,IPV4", "EMBEDDED,IPV6"})
    void bytesPassThroughASocksServerUnchanged(SocksServer server, AddressFamily family) {
        server.start(lab);
        Applications applications = Applications.start(lab);
        String credentials = server.wantsCredentials() ? SocksServer.USER + ":" + SocksServer.PASSWORD + "@" : "";
        String proxy = "socks5://" + credentials + family.urlProxy() + ":" + SocksServer.PORT;

        assertThat(applications.download(family, MEGABYTE, SEED, "-x", proxy))
                .isEqualTo(SeededBytes.sha256(SEED, MEGABYTE));
        assertThat(applications.upload(family, MEGABYTE, SEED, "-x", proxy))
                .isEqualTo(SeededBytes.sha256(SEED, MEGABYTE));
    }

    @ParameterizedTest
    @EnumSource(names = {"DOWN", "UP", "ECHO", "DOWN_AFTER_FIN", "UP_AFTER_FIN", "SERVER_RESET", "CLIENT_RESET"})
    void everyTransferModeWorksThroughTheEmbeddedServer(TransferMode mode) {
        SocksServer.EMBEDDED.start(lab);
        Applications applications = Applications.start(lab);

        LabProcess transfer = applications.startTransfer(
                mode,
                AddressFamily.IPV4,
                Applications.PORT,
                10,
                MEGABYTE,
                SEED,
                AddressFamily.IPV4.proxy(),
                SocksServer.PORT);

        assertThat(Applications.report(transfer).failures()).isEmpty();
    }

    @Test
    void iperfRunsThroughProxychains() {
        SocksServer.MICROSOCKS.start(lab);
        LabProcess server = lab.server().start("iperf-server", List.of("iperf3", "-s", "-p", "5201"));
        server.awaitListening(5201, Duration.ofSeconds(10));
        String configuration = SocksServer.MICROSOCKS
                .proxychainsConfiguration(lab, AddressFamily.IPV4)
                .toString();
        List<String> command = List.of(
                "proxychains4",
                "-q",
                "-f",
                configuration,
                "iperf3",
                "-c",
                AddressFamily.IPV4.destination(),
                "-n",
                "1M",
                "-J");

        Ended ended = lab.client().run(Duration.ofSeconds(20), "iperf", command);

        assertThat(ended.exitCode()).as(ended.toString()).isZero();
        assertThat(ended.output()).contains("\"sum_received\"");
    }

    @Test
    void destinationsAreOutOfReachWithoutATunnel() {
        Applications applications = Applications.start(lab);

        TransferReport report = applications.transfer(TransferMode.DOWN, AddressFamily.IPV4, 1, 1, SEED);

        assertThat(report.failures()).containsExactly("Network is unreachable");
    }

    @ParameterizedTest
    @EnumSource
    void packetsToBeLostAreLost(NetworkLab.Loss loss) {
        Applications applications = Applications.start(lab);
        lab.routeDirect();
        lab.losePackets("wire", 1, loss);

        String url = "http://" + AddressFamily.IPV4.urlDestination() + ":" + Applications.PORT + "/bytes/1/1";
        Ended ended = applications.curl(List.of("--connect-timeout", "1", url));

        assertThat(ended.exitCode()).as("curl's code for a timeout").isEqualTo(28);
        assertThat(lab.lostPackets()).isPositive();
    }

    @Test
    void aDeadRunsNamespacesAreRemoved() throws IOException, InterruptedException {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        String left = "s5t-" + dead.pid() + "-1-client";
        lab.client().run("ip", "netns", "add", left).orFail();

        NetworkLab.open().close();

        assertThat(lab.client().run("ip", "netns", "list").output())
                .doesNotContain(left)
                .contains(lab.client().name());
    }
}
