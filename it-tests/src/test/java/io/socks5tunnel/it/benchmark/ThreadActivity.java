// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What the threads of a process have done, as `/proc` tells it, to the nanosecond.
///
/// @param cpuNanos time on a processor
/// @param wakeUps how often threads went to sleep by their own will, and so were woken
/// @param ownWakeUps the same of the threads that this project names
record ThreadActivity(long cpuNanos, long wakeUps, long ownWakeUps) {
    /// The kernel keeps 15 characters of a thread's name.
    private static final String OWN_NAME = "socks5-tunnel-";

    private static final String WAKE_UPS = "voluntary_ctxt_switches:";

    /// Until now, of threads that live.
    static ThreadActivity of(long pid) {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            ThreadActivity sum = new ThreadActivity(0, 0, 0);
            for (Path thread : threads.toList()) {
                sum = sum.plus(ofThread(thread));
            }
            return sum;
        } catch (IOException e) {
            throw new IllegalStateException("process " + pid + " is gone", e);
        }
    }

    /// The difference.
    ThreadActivity since(ThreadActivity before) {
        return new ThreadActivity(cpuNanos - before.cpuNanos, wakeUps - before.wakeUps, ownWakeUps - before.ownWakeUps);
    }

    private ThreadActivity plus(ThreadActivity other) {
        return new ThreadActivity(cpuNanos + other.cpuNanos, wakeUps + other.wakeUps, ownWakeUps + other.ownWakeUps);
    }

    private static ThreadActivity ofThread(Path thread) throws IOException {
        String cpu = Files.readString(thread.resolve("schedstat")).split(" ", 2)[0];
        List<String> status = Files.readAllLines(thread.resolve("status"));
        long wakeUps = status.stream()
                .filter(line -> line.startsWith(WAKE_UPS))
                .mapToLong(
                        line -> Long.parseLong(line.substring(WAKE_UPS.length()).strip()))
                .sum();
        boolean isOwn = status.getFirst().contains(OWN_NAME);
        return new ThreadActivity(Long.parseLong(cpu), wakeUps, isOwn ? wakeUps : 0);
    }
}
