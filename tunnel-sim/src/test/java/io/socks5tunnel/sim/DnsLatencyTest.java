// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.ConfigException;
import io.socks5tunnel.api.TunnelConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a query from a fresh port waits for, as those of a resolver do: the real tunnel in virtual time, with a
/// SOCKS server that is 20 ms of round trip away, and with a client and a resolver that are no time away from their
/// ends.
class DnsLatencyTest {
    private static final long MILLI = 1_000_000L;
    private static final long ROUND_TRIP_NANOS = 20 * MILLI;
    private static final int QUERIES = 51;
    private static final byte[] QUERY = "not looked into".getBytes(StandardCharsets.US_ASCII);
    private static final InetSocketAddress RESOLVER = socket("198.18.0.53", 53);

    private final Simulation simulation = new Simulation(1);
    private final MemoryTun device = MemoryTun.builder().open();
    private final SimHost client =
            new SimHost(simulation.clock(), simulation.random("client"), packet -> device.inject(packet));

    private static InetSocketAddress socket(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    private void start(String udp, int warm) throws IOException, ConfigException {
        var server =
                new ScriptedSocksServer(simulation.clock(), SocksScript.HONEST).relayDatagrams(simulation.network());
        simulation.network().latency(ROUND_TRIP_NANOS / 2);
        simulation.network().listen(socket("192.0.2.7", 1080), server::accept);
        device.onWritten(client::receive);
        String yaml = """
                tunnel:
                  mtu: 1500
                socks5:
                  address: 192.0.2.7
                  port: 1080
                  udp: %s
                misc:
                  warm-associations: %d
                threads:
                  workers: 1
                """.formatted(udp, warm);
        simulation.start(Engines.real(), TunnelConfig.parse(yaml).config(), device);
    }

    @AfterEach
    void close() throws IOException {
        simulation.close();
    }

    private long query(int port) throws IOException {
        SimUdpSocket socket = client.openUdp(socket("198.18.0.1", port));
        long before = simulation.clock().nowNanos();
        socket.send(RESOLVER, QUERY);
        assertThat(simulation.runUntil(() -> !socket.received().isEmpty(), 1_000 * MILLI))
                .isTrue();
        long took = simulation.clock().nowNanos() - before;
        assertThat(socket.received().getFirst().payload()).isEqualTo(QUERY);
        assertThat(socket.received().getFirst().source()).isEqualTo(RESOLVER);
        simulation.runFor(100 * MILLI);
        return took;
    }

    @ParameterizedTest
    @CsvSource({"udp, 4, 1.0, 1.2", "udp, 0, 3.0, 4.2", "tcp, 4, 1.0, 1.2", "tcp, 0, 3.0, 4.2"})
    void ofAQueryFromAFreshPort(String udp, int warm, double least, double most) throws Exception {
        start(udp, warm);
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < QUERIES; i++) {
            all.add(query(10_000 + i));
        }
        all.sort(null);
        double median = (double) all.get(QUERIES / 2) / ROUND_TRIP_NANOS;

        System.out.printf(
                "median time of a query, udp: %s, warm-associations: %d: %.2f round trips%n", udp, warm, median);
        assertThat(median).isBetween(least, most);
    }
}
