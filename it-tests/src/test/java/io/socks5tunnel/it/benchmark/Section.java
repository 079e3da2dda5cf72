// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

import java.util.Locale;

/// What can be measured, each by itself.
enum Section {
    /// Bytes per second of TCP, and what they cost.
    THROUGHPUT,
    /// New connections per second, their latency, and what they cost.
    CONNECTIONS,
    /// Datagrams per second, how many get lost, and what they cost.
    DATAGRAMS,
    /// Time of a new connection with one request where the SOCKS5 server is far away.
    LATENCY,
    /// Time for 16 MiB down and 20 MB up while packets get lost.
    LOSS,
    /// Memory with flows that do nothing, and after they have closed.
    MEMORY,
    /// CPU time and wake-ups while nothing happens.
    IDLE,
    /// Time until the device is up.
    START;

    /// Its way of measuring.
    Measurement measurement() {
        return switch (this) {
            case THROUGHPUT -> new ThroughputMeasurement();
            case CONNECTIONS -> new ConnectionMeasurement();
            case DATAGRAMS -> new DatagramMeasurement();
            case LATENCY -> new LatencyMeasurement();
            case LOSS -> new LossMeasurement();
            case MEMORY -> new MemoryMeasurement();
            case IDLE -> new IdleMeasurement();
            case START -> new StartMeasurement();
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
