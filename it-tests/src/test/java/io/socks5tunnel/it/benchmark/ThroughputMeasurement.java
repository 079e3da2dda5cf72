// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

import io.socks5tunnel.it.lab.SocksServer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// iperf3 at each MTU, in both directions, with few and many streams.
final class ThroughputMeasurement implements Measurement {
    private static final Duration MARGIN = Duration.ofSeconds(30);
    private static final List<String> DIRECTIONS = List.of("up", "down");

    @Override
    public void run(List<SetUp> setUps, BenchmarkOptions options, Results results) {
        SocksServer socks = SocksServer.valueOf(
                options.words("--socks", "embedded").getFirst().toUpperCase(Locale.ROOT));
        for (int mtuBytes : options.numbers("--mtu", "1500,8500")) {
            List<Subject> subjects = Subject.startAll(
                    setUps,
                    setUp -> Subject.start(
                            setUp, socks, Subject.config(socks, options).withMtu(mtuBytes)));
            try {
                subjects.forEach(IperfRun::startServer);
                for (int round = 0; round <= options.rounds(); round++) {
                    for (int streams : options.numbers("--streams", "1,10")) {
                        for (String direction : DIRECTIONS) {
                            String cell = "MTU " + mtuBytes + " " + direction + " " + streams;
                            for (int i = 0; i < subjects.size(); i++) {
                                IperfRun run =
                                        measure(subjects.get(i), setUps.get(i), socks, direction, streams, options);
                                if (round > 0) {
                                    add(results, cell, subjects.get(i).name(), run);
                                }
                            }
                        }
                    }
                }
                for (Subject subject : subjects) {
                    results.add(
                            Metric.RESIDENT,
                            "after throughput, MTU " + mtuBytes,
                            subject.name(),
                            subject.usage().residentBytes() / 1e6);
                }
            } finally {
                subjects.forEach(Subject::close);
            }
        }
    }

    private static IperfRun measure(
            Subject subject, SetUp setUp, SocksServer socks, String direction, int streams, BenchmarkOptions options) {
        List<String> arguments = List.of("-t", "" + options.seconds(), "-P", "" + streams);
        if (direction.equals("down")) {
            arguments = List.of("-t", "" + options.seconds(), "-P", "" + streams, "-R");
        }
        return IperfRun.run(subject, setUp.hasTunnel(), socks, MARGIN.plusSeconds(options.seconds()), arguments);
    }

    private static void add(Results results, String cell, String setUp, IperfRun run) {
        results.add(Metric.THROUGHPUT, cell, setUp, 8 * run.gigabytes() / run.seconds());
        results.add(Metric.OTHER_CPU_PER_GIGABYTE, cell, setUp, run.otherSeconds() / run.gigabytes());
        double tunnelSeconds = run.tunnel().cpuSeconds();
        if (tunnelSeconds > 0) {
            results.add(Metric.TUNNEL_CPU_PER_GIGABYTE, cell, setUp, tunnelSeconds / run.gigabytes());
            double share = run.tunnel().kernelSeconds() / tunnelSeconds;
            results.add(Metric.TUNNEL_KERNEL_SHARE, cell, setUp, 100 * share);
        }
    }
}
