// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

import io.socks5tunnel.it.benchmark.load.ConnectionLoad;
import io.socks5tunnel.it.benchmark.load.Sleeper;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.ProcessUsage;
import io.socks5tunnel.it.lab.RuntimeImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// What programs do while nothing happens, before and after a little traffic: all of them at the same time, since
/// they do not disturb each other then. Beside them a JVM that only sleeps.
final class IdleMeasurement implements Measurement {
    private static final String SLEEPING_JVM = "(this Java, asleep)";

    /// Until what only the start needed has gone back to the system.
    private static final Duration AFTER_START = Duration.ofSeconds(40);

    /// Longer than anything is kept warm, and than the minute for which ports of ended connections are kept.
    private static final Duration AFTER_LOAD = Duration.ofSeconds(75);

    private static final Duration WINDOW = Duration.ofSeconds(20);
    private static final int MOST_WINDOWS = 3;
    private static final int CLIENTS = 4;

    @Override
    public void run(List<SetUp> setUps, BenchmarkOptions options, Results results) {
        List<SetUp> tunnels = setUps.stream().filter(SetUp::hasTunnel).toList();
        List<Subject> subjects =
                Subject.startAll(tunnels, setUp -> Subject.startAnswered(setUp, options, config -> config));
        try {
            Map<String, Long> pids = new LinkedHashMap<>();
            subjects.forEach(subject -> pids.put(subject.name(), subject.pid()));
            if (!subjects.isEmpty()) {
                LabProcess sleeper =
                        subjects.getFirst().lab().client().start("asleep", RuntimeImage.command(Sleeper.class));
                pids.put(SLEEPING_JVM, sleeper.pid());
            }
            int windows = Math.min(MOST_WINDOWS, options.rounds());
            LockSupport.parkNanos(AFTER_START.toNanos());
            measure("idle since its start", windows, pids, results);
            subjects.forEach(subject -> subject.load(ConnectionLoad.class, 1, CLIENTS, 1));
            LockSupport.parkNanos(AFTER_LOAD.toNanos());
            measure("idle after connections", windows, pids, results);
        } finally {
            subjects.forEach(Subject::close);
        }
    }

    private static void measure(String idle, int windows, Map<String, Long> pids, Results results) {
        for (int i = 0; i < windows; i++) {
            measure(idle, pids, results);
        }
    }

    private static void measure(String idle, Map<String, Long> pids, Results results) {
        List<ThreadActivity> before = new ArrayList<>();
        pids.values().forEach(pid -> before.add(ThreadActivity.of(pid)));
        LockSupport.parkNanos(WINDOW.toNanos());
        int i = 0;
        for (Map.Entry<String, Long> entry : pids.entrySet()) {
            ThreadActivity during = ThreadActivity.of(entry.getValue()).since(before.get(i));
            i++;
            String cell = entry.getKey().equals(SLEEPING_JVM) ? SLEEPING_JVM : idle;
            String column =
                    entry.getKey().equals(SLEEPING_JVM) ? results.setUps().getFirst() : entry.getKey();
            results.add(Metric.IDLE_CPU, cell, column, during.cpuNanos() / 1e6);
            results.add(Metric.RESIDENT, cell, column, residentBytes(entry.getValue()) / 1e6);
            results.add(Metric.WAKE_UPS, cell, column, (double) during.wakeUps());
            results.add(Metric.OWN_WAKE_UPS, cell, column, (double) during.ownWakeUps());
        }
    }

    private static long residentBytes(long pid) {
        return ProcessHandle.of(pid)
                .map(ProcessUsage::ofTree)
                .map(ProcessUsage::residentBytes)
                .orElseThrow();
    }
}
