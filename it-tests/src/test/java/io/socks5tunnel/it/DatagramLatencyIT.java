// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.datagram.DatagramLab;
import io.socks5tunnel.it.datagram.DelayedWire;
import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.SocksServer;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What a query from a fresh port waits for, with 20 ms between tunnel and server: one round trip on a warm
/// association, three on a cold one (greeting, request, query; the fourth, of the connect, the wire does not
/// delay).
@Tag("full")
final class DatagramLatencyIT {
    private static final int WIRE_PORT = 1081;
    private static final int ONE_WAY_MILLIS = 10;
    private static final int QUERIES = 100;

    @Test
    void aWarmAssociationSavesTheHandshake() {
        long cold = medianMicros(0);
        long warm = medianMicros(4);
        System.out.println("median of " + QUERIES + " queries, each from a fresh port, over a round trip of "
                + 2 * ONE_WAY_MILLIS + " ms: cold " + cold + " us, warm " + warm + " us");

        assertThat(cold).isGreaterThan(2_000L * ONE_WAY_MILLIS);
        assertThat(warm).isLessThan(cold);
    }

    private static long medianMicros(int warmAssociations) {
        DaemonConfig config = DaemonConfig.of(SocksServer.EMBEDDED)
                .with("socks5.udp", "tcp")
                .with("socks5.port", WIRE_PORT)
                .with("misc.warm-associations", warmAssociations);
        try (DatagramLab lab = DatagramLab.start(config)) {
            LabProcess wire = lab.lab()
                    .server()
                    .startJava(
                            "wire",
                            DelayedWire.class,
                            AddressFamily.IPV4.proxy(),
                            WIRE_PORT,
                            SocksServer.PORT,
                            ONE_WAY_MILLIS);
            wire.awaitListening(WIRE_PORT, Duration.ofSeconds(20));
            String destination = AddressFamily.IPV4.destination();
            lab.client("fresh", 20, destination, DatagramLab.PORT);
            String median =
                    lab.client("fresh", QUERIES, destination, DatagramLab.PORT).getFirst();
            lab.daemon().expectHealthy();
            return Long.parseLong(median);
        }
    }
}
