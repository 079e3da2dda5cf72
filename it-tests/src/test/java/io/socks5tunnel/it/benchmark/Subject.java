// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.Ended;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.NetworkLab;
import io.socks5tunnel.it.lab.SocksServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A running set-up that iperf3 is sent through, in a lab of its own: a tunnel, or none.
final class Subject implements AutoCloseable {
    private static final int IPERF_PORT = 5201;
    private static final int ATTEMPTS = 3;
    private static final Duration START_LIMIT = Duration.ofSeconds(10);
    private static final Duration MARGIN = Duration.ofSeconds(30);

    private final String name;
    private final NetworkLab lab;
    private final LabProcess socksServer;
    private final @Nullable Daemon tunnel;
    private final List<String> prefix;

    private Subject(String name, NetworkLab lab, LabProcess socksServer, @Nullable Daemon tunnel, List<String> prefix) {
        this.name = name;
        this.lab = lab;
        this.socksServer = socksServer;
        this.tunnel = tunnel;
        this.prefix = prefix;
        LabProcess server = lab.server().start("iperf-server", List.of("iperf3", "-s", "-p", "" + IPERF_PORT));
        server.awaitListening(IPERF_PORT, START_LIMIT);
    }

    /// iperf3 speaks SOCKS5 by itself, by way of proxychains.
    static Subject withoutTunnel(String name, SocksServer server) {
        NetworkLab lab = NetworkLab.open();
        LabProcess socks = server.start(lab);
        String configuration =
                server.proxychainsConfiguration(lab, AddressFamily.IPV4).toString();
        return new Subject(name, lab, socks, null, List.of("proxychains4", "-q", "-f", configuration));
    }

    /// iperf3 goes through a tunnel: any program that takes a path to a YAML file.
    static Subject withTunnel(String name, DaemonConfig config, List<String> program) {
        NetworkLab lab = NetworkLab.open();
        LabProcess socks = config.server().start(lab);
        return new Subject(name, lab, socks, Daemon.start(lab, config, program), List.of());
    }

    String name() {
        return name;
    }

    /// Memory of the tunnel's process now, bytes; 0 without a tunnel.
    long residentBytes() {
        return tunnel == null ? 0 : tunnel.usage().residentBytes();
    }

    /// Runs iperf3 once.
    Sample measure(Cell cell, int seconds) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("iperf3", "-c", AddressFamily.IPV4.destination(), "-p", "" + IPERF_PORT, "-J"));
        command.addAll(List.of("-t", "" + seconds, "-P", "" + cell.streams()));
        if (cell.direction() == Cell.Direction.DOWN) {
            command.add("-R");
        }
        for (int attempt = 1; ; attempt++) {
            double tunnelBefore = tunnelSeconds();
            double serverBefore = socksServer.usage().cpuSeconds();
            Ended ended = lab.client().run(MARGIN.plusSeconds(seconds), "iperf", command);
            if (ended.exitCode() == 0) {
                return Sample.of(
                        ended.output(),
                        tunnelSeconds() - tunnelBefore,
                        socksServer.usage().cpuSeconds() - serverBefore);
            }
            // iperf3's server serves one test at a time, and may still be busy ending the last one.
            if (attempt == ATTEMPTS) {
                throw new IllegalStateException(
                        name + ", " + cell + ": " + ended + (tunnel == null ? "" : tunnel.log()));
            }
            System.err.println(name + ", " + cell + ": iperf3 failed, once more");
        }
    }

    @Override
    public void close() {
        lab.close();
    }

    private double tunnelSeconds() {
        return tunnel == null ? 0 : tunnel.usage().cpuSeconds();
    }
}
