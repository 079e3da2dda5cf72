// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

import io.socks5tunnel.it.benchmark.load.ConnectionLoad;
import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.wire.LongWire;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/// One client whose SOCKS5 server is 20 ms away, there and back. Every packet takes its time, those that open the
/// connection to the server too.
final class LatencyMeasurement implements Measurement {
    private static final long ONE_WAY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final double ROUND_TRIP_MILLIS = TimeUnit.NANOSECONDS.toMillis(2 * ONE_WAY_NANOS);
    private static final String CELL = "20 ms away";

    @Override
    public void run(List<SetUp> setUps, BenchmarkOptions options, Results results) {
        List<SetUp> tunnels = setUps.stream().filter(SetUp::hasTunnel).toList();
        List<Subject> subjects = Subject.startAll(
                tunnels, setUp -> Subject.startAnswered(setUp, options, UnaryOperator.identity()));
        List<LongWire> wires = new ArrayList<>();
        try {
            subjects.forEach(subject -> wires.add(stretch(subject)));
            for (int round = 0; round <= options.rounds(); round++) {
                for (Subject subject : subjects) {
                    Map<String, Double> figures =
                            subject.load(ConnectionLoad.class, options.seconds(), 1, options.seconds());
                    if (round > 0) {
                        double millis = figures.get("medianMicros") / 1e3;
                        results.add(Metric.LONG_WAY_MEDIAN, CELL, subject.name(), millis);
                        results.add(Metric.LONG_WAY_SET_UP, CELL, subject.name(), millis - ROUND_TRIP_MILLIS);
                    }
                }
            }
        } finally {
            wires.forEach(LongWire::close);
            subjects.forEach(Subject::close);
        }
    }

    private static LongWire stretch(Subject subject) {
        LongWire wire = LongWire.join(subject.lab(), ONE_WAY_NANOS);
        wire.leadTo(AddressFamily.IPV4.proxy());
        return wire;
    }
}
