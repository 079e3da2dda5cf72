// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.hostile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Counts the "destination unreachable" messages that the kernel of this namespace gets. Of those that say "host"
/// it tells no socket that has not asked for it, which Java cannot.
final class UnreachableCount implements AutoCloseable {
    private static final Path COUNTERS = Path.of("/proc/self/net/snmp");
    private static final String COUNTER = "InDestUnreachs";

    private final int wanted;
    private final long before;
    private volatile boolean isClosed;

    // written by the one thread that watches
    private volatile boolean isComplete;

    /// @param wanted how many are to come, 0 for more than ever will
    UnreachableCount(int wanted) {
        this.wanted = wanted;
        before = read();
        if (wanted > 0) {
            Thread.ofPlatform().daemon().start(this::watch);
        }
    }

    /// Whether so many have come.
    boolean isComplete() {
        return isComplete;
    }

    @Override
    public void close() {
        isClosed = true;
    }

    private void watch() {
        try {
            while (!isClosed && !isComplete) {
                isComplete = read() - before >= wanted;
                Thread.sleep(5);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static long read() {
        try {
            List<String> lines = Files.readAllLines(COUNTERS).stream()
                    .filter(line -> line.startsWith("Icmp: "))
                    .toList();
            int column = List.of(lines.getFirst().split(" ", -1)).indexOf(COUNTER);
            return Long.parseLong(lines.getLast().split(" ", -1)[column]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
