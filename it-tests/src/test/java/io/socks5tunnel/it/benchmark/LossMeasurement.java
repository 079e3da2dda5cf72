// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.NetworkLab;
import io.socks5tunnel.it.lab.SocksServer;
import java.time.Duration;
import java.util.List;

/// How long 16 MiB down and 20 MB up take when packets between the client's kernel and the tunnel get lost at random,
/// both ways; with offload whole super-segments are lost.
final class LossMeasurement implements Measurement {
    private static final double PROBABILITY = 0.02;
    private static final String DOWN_BYTES = "16777216";
    private static final String UP_BYTES = "20000000";
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @Override
    public void run(List<SetUp> setUps, BenchmarkOptions options, Results results) {
        List<SetUp> tunnels = setUps.stream().filter(SetUp::hasTunnel).toList();
        SocksServer socks = SocksServer.EMBEDDED;
        List<Subject> subjects =
                Subject.startAll(tunnels, setUp -> Subject.start(setUp, socks, Subject.config(socks, options)));
        try {
            for (Subject subject : subjects) {
                IperfRun.startServer(subject);
                subject.lab().losePackets(DaemonConfig.DEVICE, PROBABILITY, NetworkLab.Loss.ANNOUNCED);
            }
            for (int round = 0; round < options.rounds(); round++) {
                for (Subject subject : subjects) {
                    IperfRun down = IperfRun.run(subject, true, socks, LIMIT, List.of("-n", DOWN_BYTES, "-R"));
                    results.add(Metric.LOSSY_TRANSFER, "down", subject.name(), down.seconds());
                    IperfRun up = IperfRun.run(subject, true, socks, LIMIT, List.of("-n", UP_BYTES));
                    results.add(Metric.LOSSY_TRANSFER, "up", subject.name(), up.seconds());
                }
            }
        } finally {
            subjects.forEach(Subject::close);
        }
    }
}
