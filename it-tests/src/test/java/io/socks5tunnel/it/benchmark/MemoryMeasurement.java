// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

import io.socks5tunnel.it.benchmark.load.IdleFlows;
import io.socks5tunnel.it.lab.LabProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Resident memory: at rest after the start, with flows that have carried one request and then nothing, and a minute
/// after they have closed. A program of its own for each number of flows, since memory remembers.
final class MemoryMeasurement implements Measurement {
    private static final Duration OPEN_LIMIT = Duration.ofMinutes(2);

    /// A JVM has given back by then what its compilers needed.
    private static final Duration COMING_TO_REST = Duration.ofSeconds(35);

    private static final String UDP_TIMEOUT_MILLIS = "45000";
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int MOST_ROUNDS = 2;
    private static final double MEGA = 1e6;
    private static final double KILO = 1e3;

    @Override
    public void run(List<SetUp> setUps, BenchmarkOptions options, Results results) {
        List<SetUp> tunnels = setUps.stream()
                .filter(setUp -> setUp.hasTunnel() && !setUp.name().equals(SetUp.OFFLOAD_OFF))
                .toList();
        for (int round = 0; round < Math.min(MOST_ROUNDS, options.rounds()); round++) {
            for (String kind : List.of("tcp", "udp")) {
                for (int flows : options.numbers("--flows", "1000,10000")) {
                    for (SetUp setUp : tunnels) {
                        tryToMeasure(setUp, kind, flows, options, results);
                    }
                }
            }
        }
    }

    /// Not every program holds so many flows: then its cell stays empty.
    private static void tryToMeasure(SetUp setUp, String kind, int flows, BenchmarkOptions options, Results results) {
        try {
            measure(setUp, kind, flows, options, results);
        } catch (IllegalStateException e) {
            System.err.println(setUp.name() + ": no " + flows + " flows (" + kind + "): " + e.getMessage());
        }
    }

    private static void measure(SetUp setUp, String kind, int flows, BenchmarkOptions options, Results results) {
        // UDP sources are forgotten by time alone: not while they are looked at, but well within the minute after it.
        try (Subject subject = Subject.startAnswered(
                setUp, options, config -> config.with("misc.udp-read-write-timeout", UDP_TIMEOUT_MILLIS))) {
            pause(COMING_TO_REST);
            long idleBytes = subject.usage().residentBytes();
            results.add(Metric.RESIDENT, "idle since its start", setUp.name(), idleBytes / MEGA);
            String cell = flows + " idle " + kind.toUpperCase(java.util.Locale.ROOT) + " flows";
            long fullBytes = openAndHold(subject, kind, flows);
            results.add(Metric.RESIDENT, cell, setUp.name(), fullBytes / MEGA);
            results.add(Metric.PER_FLOW, cell, setUp.name(), (fullBytes - idleBytes) / KILO / flows);
            results.add(Metric.RESIDENT, cell + ", closed a minute ago", setUp.name(), aMinuteLater(subject) / MEGA);
        }
    }

    private static long openAndHold(Subject subject, String kind, int flows) {
        LabProcess load = subject.startLoad(IdleFlows.class, kind, flows);
        load.awaitUntil(flows + " open flows", OPEN_LIMIT, () -> load.output().contains("ready"));
        pause(COMING_TO_REST);
        long bytes = subject.usage().residentBytes();
        load.stop();
        return bytes;
    }

    private static long aMinuteLater(Subject subject) {
        pause(MINUTE);
        return subject.usage().residentBytes();
    }

    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }
}
