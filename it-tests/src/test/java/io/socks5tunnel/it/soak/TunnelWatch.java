// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.soak;

import io.socks5tunnel.it.lab.Daemon;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Looks at the tunnel's memory and log every second, on a thread of its own.
final class TunnelWatch {
    private static final long PERIOD_NANOS = 1_000_000_000L;

    private final Daemon daemon;
    private final List<Sample> samples = new ArrayList<>();
    private final List<Complaint> complaints = new ArrayList<>();
    private final Thread thread;
    private volatile boolean isEnded;
    private int linesSeen;

    /// @param daemon what it has complained about before is no matter
    TunnelWatch(Daemon daemon) {
        this.daemon = daemon;
        linesSeen = daemon.log().lines().toList().size();
        thread = Thread.ofPlatform().daemon().name("tunnel-watch").start(this::watch);
    }

    /// Memory in RAM at a moment.
    record Sample(long millis, long residentBytes) {}

    /// A line of the log, written between two moments.
    record Complaint(long fromMillis, long toMillis, String line) {}

    /// What was seen until now.
    synchronized List<Sample> samples() {
        return List.copyOf(samples);
    }

    /// The warnings and errors until now.
    synchronized List<Complaint> complaints() {
        return List.copyOf(complaints);
    }

    private void watch() {
        long lastMillis = System.currentTimeMillis();
        while (!isEnded) {
            LockSupport.parkNanos(PERIOD_NANOS);
            lastMillis = look(lastMillis);
        }
    }

    private synchronized long look(long lastMillis) {
        long now = System.currentTimeMillis();
        samples.add(new Sample(now, daemon.usage().residentBytes()));
        List<String> lines = daemon.log().lines().toList();
        for (String line : lines.subList(Math.min(linesSeen, lines.size()), lines.size())) {
            if (line.contains("] [W] ") || line.contains("] [E] ") || line.contains("Exception")) {
                complaints.add(new Complaint(lastMillis, now, line));
            }
        }
        linesSeen = lines.size();
        return now;
    }

    /// Looks a last time.
    void end() throws InterruptedException {
        isEnded = true;
        LockSupport.unpark(thread);
        thread.join();
    }
}
