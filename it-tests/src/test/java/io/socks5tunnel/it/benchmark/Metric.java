// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

/// A quantity, with the title of its table.
enum Metric {
    THROUGHPUT("Gbit/s", 2, true),
    TUNNEL_CPU_PER_GIGABYTE("CPU seconds per GB, tunnel", 2, false),
    TUNNEL_KERNEL_SHARE("Of the tunnel's CPU seconds, % in the kernel", 0, false),
    OTHER_CPU_PER_GIGABYTE("CPU seconds per GB, everything else", 2, false),
    CONNECTIONS("New connections per second, each with a request and a reply", 0, true),
    CONNECTION_MEDIAN("Connect, request, reply: median, µs", 0, false),
    CONNECTION_P99("Connect, request, reply: 99th percentile, µs", 0, false),
    CPU_PER_CONNECTION("CPU µs per connection, tunnel", 0, false),
    DATAGRAMS("Datagrams per second", 0, true),
    DATAGRAM_LOSS("Datagrams lost, %", 2, false),
    CPU_PER_DATAGRAM("CPU µs per datagram, tunnel", 2, false),
    LONG_WAY_MEDIAN("Connect, request, reply over a long way: median, ms", 1, false),
    LONG_WAY_SET_UP("The same without the round trip of request and reply: the set-up, ms", 1, false),
    LOSSY_TRANSFER("16 MiB down, 20 MB up with 2 % of packets lost both ways, seconds", 2, false),
    RESIDENT("Resident memory, MB", 1, false),
    PER_FLOW("Memory per idle flow, KB", 1, false),
    IDLE_CPU("CPU in 20 idle seconds, ms", 1, false),
    WAKE_UPS("Wake-ups in 20 idle seconds, all threads", 0, false),
    OWN_WAKE_UPS("Wake-ups in 20 idle seconds, threads named socks5-tunnel-…", 0, false),
    START("Start to device up, ms", 0, false),
    START_CPU("CPU ms until the device is up", 0, false);

    private final String title;
    private final int decimals;
    private final boolean isMoreBetter;

    Metric(String title, int decimals, boolean isMoreBetter) {
        this.title = title;
        this.decimals = decimals;
        this.isMoreBetter = isMoreBetter;
    }

    String title() {
        return title;
    }

    /// Digits behind the point.
    int decimals() {
        return decimals;
    }

    boolean isMoreBetter() {
        return isMoreBetter;
    }
}
