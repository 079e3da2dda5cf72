// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.NetworkLab;
import io.socks5tunnel.it.lab.SocksServer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// From the start of the process until the device is up and has its addresses, which is when the kernel shows a
/// route for the IPv6 one.
final class StartMeasurement implements Measurement {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long LOOK_NANOS = 500_000;
    private static final String ADDRESS = HexFormat.of()
            .formatHex(InetAddress.ofLiteral(AddressFamily.IPV6.tunnel()).getAddress());

    @Override
    public void run(List<SetUp> setUps, BenchmarkOptions options, Results results) {
        List<SetUp> tunnels = setUps.stream()
                .filter(setUp -> setUp.hasTunnel() && !setUp.name().equals(SetUp.OFFLOAD_OFF))
                .toList();
        try (NetworkLab lab = NetworkLab.open()) {
            DaemonConfig config = Subject.config(SocksServer.EMBEDDED, options);
            String file = Daemon.write(lab, config).toString();
            for (int round = 0; round <= 2 * options.rounds(); round++) {
                for (SetUp setUp : tunnels) {
                    List<String> command = new ArrayList<>(setUp.program());
                    command.add(file);
                    start(lab, command, round == 0 ? null : results, setUp.name());
                }
            }
        }
    }

    private static void start(NetworkLab lab, List<String> command, @Nullable Results results, String setUp) {
        long start = System.nanoTime();
        LabProcess process = lab.client().start("daemon", command);
        Path routes = Path.of("/proc", Long.toString(process.pid()), "net", "ipv6_route");
        while (!isUp(routes)) {
            if (System.nanoTime() - start > LIMIT.toNanos()) {
                throw new IllegalStateException("no device: " + process.output() + process.errors());
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        double millis = (System.nanoTime() - start) / 1e6;
        double cpuMillis = ThreadActivity.of(process.pid()).cpuNanos() / 1e6;
        // Not every program hears SIGTERM so soon after its start.
        process.close();
        if (results != null) {
            results.add(Metric.START, "start", setUp, millis);
            results.add(Metric.START_CPU, "start", setUp, cpuMillis);
        }
    }

    private static boolean isUp(Path routes) {
        try {
            return Files.readString(routes)
                    .lines()
                    .anyMatch(route -> route.startsWith(ADDRESS) && route.endsWith(DaemonConfig.DEVICE));
        } catch (IOException e) {
            throw new IllegalStateException("the process has ended", e);
        }
    }
}
