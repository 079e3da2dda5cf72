// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.datagram.DatagramLab;
import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.SocksServer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a query from a fresh port waits for, with a wire of 20 ms there and back between tunnel and SOCKS server:
/// one round trip where an association is ready, and four where it must be made (connect, greeting, request,
/// query).
@Tag("full")
final class DatagramLatencyIT {
    private static final long ONE_WAY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long ROUND_TRIP_MICROS = TimeUnit.NANOSECONDS.toMicros(2 * ONE_WAY_NANOS);
    private static final int QUERIES = 50;

    /// Queries come one right after the other here, one in each round trip; while an association is being made,
    /// which takes three, and longer on a busy machine, others must be there.
    private static final int ASSOCIATIONS = 8;

    @ParameterizedTest
    @ValueSource(strings = {"udp", "tcp"})
    void aWarmAssociationSavesTheHandshake(String mode) {
        Medians cold = measure(mode, 0);
        Medians warm = measure(mode, ASSOCIATIONS);
        System.out.printf(
                Locale.ROOT,
                "udp: %s: median of %d queries, each from a fresh port: %s without warm associations; %s with them%n",
                mode,
                QUERIES,
                cold,
                warm);

        assertThat(cold.queryMicros()).isGreaterThan(3 * ROUND_TRIP_MICROS);
        assertThat(warm.queryMicros()).isLessThan(cold.queryMicros() - 2 * ROUND_TRIP_MICROS);
    }

    /// @param queryMicros through the tunnel
    /// @param wireMicros across the wire alone, by the same client to the same destination
    private record Medians(long queryMicros, long wireMicros) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%.1f ms where the wire alone takes %.1f ms (%.2f round trips)",
                    queryMicros / 1e3,
                    wireMicros / 1e3,
                    (double) queryMicros / wireMicros);
        }
    }

    private static Medians measure(String mode, int warmAssociations) {
        DaemonConfig config = DaemonConfig.of(SocksServer.EMBEDDED)
                .with("socks5.udp", mode)
                .with("socks5.address", LongWire.SERVER_ADDRESS)
                .with("misc.warm-associations", warmAssociations);
        try (DatagramLab lab = DatagramLab.start(config);
                LongWire wire = LongWire.join(lab.lab(), ONE_WAY_NANOS)) {
            String destination = AddressFamily.IPV4.destination();
            String beside = DatagramLab.third(AddressFamily.IPV4);
            wire.leadTo(beside);
            // the first ones find a cold JVM
            median(lab, destination);
            median(lab, beside);
            Medians medians = new Medians(median(lab, destination), median(lab, beside));
            lab.daemon().expectHealthy();
            return medians;
        }
    }

    private static long median(DatagramLab lab, String destination) {
        return Long.parseLong(
                lab.client("fresh", QUERIES, destination, DatagramLab.PORT).getFirst());
    }
}
