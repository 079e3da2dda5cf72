// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

import io.socks5tunnel.it.benchmark.load.DatagramLoad;
import java.util.List;
import java.util.Map;

/// Datagrams of several sources to one destination: sent and sent back with a bounded number under way, which is as
/// fast as it goes without overrunning anybody; and sent at a fixed rate, one way.
final class DatagramMeasurement implements Measurement {
    /// Per second: less than any tunnel worth measuring carries on a whole core.
    private static final int STEADY_RATE = 25_000;

    @Override
    public void run(List<SetUp> setUps, BenchmarkOptions options, Results results) {
        List<Subject> subjects =
                Subject.startAll(setUps, setUp -> Subject.startAnswered(setUp, options, config -> config));
        try {
            for (int round = 0; round <= options.rounds(); round++) {
                for (int bytes : options.numbers("--bytes", "64,1200")) {
                    for (Subject subject : subjects) {
                        int seconds = options.seconds();
                        Map<String, Double> echo = subject.load(DatagramLoad.class, seconds, "echo", bytes, seconds);
                        Map<String, Double> steady =
                                subject.load(DatagramLoad.class, seconds, STEADY_RATE, bytes, seconds);
                        if (round > 0) {
                            add(results, bytes + " B, there and back", subject.name(), echo);
                            add(results, bytes + " B, " + STEADY_RATE + " a second up", subject.name(), steady);
                        }
                    }
                }
            }
        } finally {
            subjects.forEach(Subject::close);
        }
    }

    /// A datagram there and back is two.
    private static void add(Results results, String cell, String setUp, Map<String, Double> figures) {
        results.add(Metric.DATAGRAMS, cell, setUp, figures.get("perSecond"));
        results.add(Metric.DATAGRAM_LOSS, cell, setUp, figures.get("lossPercent"));
        double micros = 1e6 * figures.get("tunnelSeconds") / figures.get("carried");
        if (micros > 0) {
            results.add(Metric.CPU_PER_DATAGRAM, cell, setUp, micros);
        }
    }
}
