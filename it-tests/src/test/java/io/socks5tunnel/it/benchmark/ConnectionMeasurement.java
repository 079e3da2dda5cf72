// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

import io.socks5tunnel.it.benchmark.load.ConnectionLoad;
import java.util.List;
import java.util.Map;

/// Clients that connect, send a request, read the reply and the end, and begin anew.
final class ConnectionMeasurement implements Measurement {
    @Override
    public void run(List<SetUp> setUps, BenchmarkOptions options, Results results) {
        List<Subject> subjects =
                Subject.startAll(setUps, setUp -> Subject.startAnswered(setUp, options, config -> config));
        try {
            for (int round = 0; round <= options.rounds(); round++) {
                for (int clients : options.numbers("--clients", "1,32,128")) {
                    for (Subject subject : subjects) {
                        Map<String, Double> figures =
                                subject.load(ConnectionLoad.class, options.seconds(), clients, options.seconds());
                        if (round > 0) {
                            add(results, clients + " at once", subject.name(), figures);
                        }
                    }
                }
            }
        } finally {
            subjects.forEach(Subject::close);
        }
    }

    private static void add(Results results, String cell, String setUp, Map<String, Double> figures) {
        results.add(Metric.CONNECTIONS, cell, setUp, figures.get("perSecond"));
        results.add(Metric.CONNECTION_MEDIAN, cell, setUp, figures.get("medianMicros"));
        results.add(Metric.CONNECTION_P99, cell, setUp, figures.get("p99Micros"));
        double micros = 1e6 * figures.get("tunnelSeconds") / figures.get("connections");
        if (micros > 0) {
            results.add(Metric.CPU_PER_CONNECTION, cell, setUp, micros);
        }
    }
}
