// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.LabRequirements;
import io.socks5tunnel.it.lab.NetworkLab;
import io.socks5tunnel.it.lab.RuntimeImage;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.names.LabResolver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Tunnels on the kernel's TUN that are started and closed again and again in one JVM: nothing of them stays.
final class RestartIT {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration LIMIT = Duration.ofMinutes(20);

    /// What live objects may grow by between the first and the last count, for what the JVM itself learns.
    private static final long HEAP_BYTES = 1_000_000;

    /// Less than the memory of a few tunnels: one has megabytes of slabs.
    private static final long RESIDENT_BYTES = 40_000_000;

    /// Of the second half over the first: the C library's allocator goes up and down.
    private static final double MOST_GROWTH = 1.05;

    private NetworkLab lab;

    @BeforeEach
    void open() {
        LabRequirements.demand();
        lab = NetworkLab.open();
    }

    @AfterEach
    void close() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void fiftyTunnelsLeaveNothing() {
        List<RestartCount> counts = restart(50, 10);

        expectNothingLeft(counts);
        assertThat(counts.getLast().residentBytes())
                .isLessThan(counts.getFirst().residentBytes() + RESIDENT_BYTES);
    }

    @Test
    @Tag("full")
    void aThousandTunnelsLeaveNothing() {
        List<RestartCount> counts = restart(1_000, 100);

        expectNothingLeft(counts);
        int half = counts.size() / 2;
        assertThat(meanResidentBytes(counts.subList(half, counts.size())))
                .isLessThan(meanResidentBytes(counts.subList(0, half)) * MOST_GROWTH);
    }

    private static double meanResidentBytes(List<RestartCount> counts) {
        return counts.stream().mapToLong(RestartCount::residentBytes).average().orElseThrow();
    }

    private static void expectNothingLeft(List<RestartCount> counts) {
        counts.forEach(count -> System.out.println(count.line()));
        RestartCount first = counts.getFirst();
        assertThat(counts).extracting(RestartCount::descriptors).containsOnly(first.descriptors());
        assertThat(counts).extracting(RestartCount::threads).containsOnly(first.threads());
        // loopback and the wire
        assertThat(counts).extracting(RestartCount::interfaces).containsOnly(2);
        assertThat(counts.getLast().heapBytes()).isLessThan(first.heapBytes() + HEAP_BYTES);
    }

    private List<RestartCount> restart(int count, int every) {
        SocksServer.EMBEDDED.start(lab);
        lab.server()
                .startJava("soak-server", SoakServer.class, SoakLab.STREAM_PORT)
                .awaitListening(SoakLab.STREAM_PORT, START_LIMIT);
        lab.server()
                .startJava("resolver", LabResolver.class, AddressFamily.IPV4.destination(), SoakLab.RESOLVER_PORT)
                .awaitListening(SoakLab.RESOLVER_PORT, START_LIMIT);
        Path file = Daemon.write(
                lab, DaemonConfig.of(SocksServer.EMBEDDED).withWorkers(2).with("socks5.udp", "udp"));
        List<String> command = new ArrayList<>(RuntimeImage.command(RestartLoop.class));
        command.addAll(List.of(file.toString(), Integer.toString(count), Integer.toString(every)));

        String output = lab.client().run(LIMIT, "restarts", command).orFail().output();

        List<RestartCount> counts = RestartCount.parse(output);
        assertThat(counts).hasSize(count / every);
        return counts;
    }
}
