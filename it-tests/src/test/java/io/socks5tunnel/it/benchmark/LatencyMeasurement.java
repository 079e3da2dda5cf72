// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

import io.socks5tunnel.it.benchmark.load.ConnectionLoad;
import io.socks5tunnel.it.datagram.DelayedWire;
import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.SocksServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// One client whose SOCKS5 server is 20 ms away, there and back. The way is a process that passes bytes on later;
/// it accepts at once, so a connection to the server costs no round trip here, as it would elsewhere, and what a
/// tunnel gains by having connected before does not show in full.
final class LatencyMeasurement implements Measurement {
    private static final int WIRE_PORT = 1081;
    private static final int ONE_WAY_MILLIS = 10;
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    @Override
    public void run(List<SetUp> setUps, BenchmarkOptions options, Results results) {
        List<SetUp> tunnels = setUps.stream().filter(SetUp::hasTunnel).toList();
        List<Subject> subjects = Subject.startAll(
                tunnels,
                setUp -> Subject.startAnswered(setUp, options, config -> config.with("socks5.port", WIRE_PORT)));
        try {
            subjects.forEach(LatencyMeasurement::startWire);
            for (int round = 0; round <= options.rounds(); round++) {
                for (Subject subject : subjects) {
                    Map<String, Double> figures =
                            subject.load(ConnectionLoad.class, options.seconds(), 1, options.seconds());
                    if (round > 0) {
                        String cell = 2 * ONE_WAY_MILLIS + " ms away";
                        results.add(Metric.LONG_WAY_MEDIAN, cell, subject.name(), figures.get("medianMicros") / 1e3);
                    }
                }
            }
        } finally {
            subjects.forEach(Subject::close);
        }
    }

    private static void startWire(Subject subject) {
        LabProcess wire = subject.lab()
                .server()
                .startJava(
                        "wire",
                        DelayedWire.class,
                        AddressFamily.IPV4.proxy(),
                        WIRE_PORT,
                        SocksServer.PORT,
                        ONE_WAY_MILLIS);
        wire.awaitListening(WIRE_PORT, START_LIMIT);
    }
}
