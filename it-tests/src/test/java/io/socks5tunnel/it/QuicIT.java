// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.datagram.QuicServer;
import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.LabRequirements;
import io.socks5tunnel.it.lab.NetworkLab;
import io.socks5tunnel.it.lab.SocksServer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// HTTP/3 of a real client and a real server through the tunnel.
final class QuicIT {
    private static final long SMALL_BYTES = 10_000_000;
    private static final long LARGE_BYTES = 100_000_000;

    @ParameterizedTest
    @CsvSource({"EMBEDDED, udp, IPV4", "EMBEDDED, tcp, IPV6", "DANTE, udp, IPV4"})
    void aFileComesUnchanged(SocksServer server, String mode, AddressFamily family) {
        expectUnchanged(server, mode, family, SMALL_BYTES);
    }

    @Tag("full")
    @ParameterizedTest
    @CsvSource({
        "EMBEDDED, udp, IPV4",
        "EMBEDDED, udp, IPV6",
        "EMBEDDED, tcp, IPV4",
        "EMBEDDED, tcp, IPV6",
        "DANTE,    udp, IPV4"
    })
    void aLargeFileComesUnchanged(SocksServer server, String mode, AddressFamily family) {
        expectUnchanged(server, mode, family, LARGE_BYTES);
    }

    private static void expectUnchanged(SocksServer server, String mode, AddressFamily family, long bytes) {
        LabRequirements.demand();
        LabRequirements.demandPrograms("gtlsclient", "gtlsserver", "openssl");
        DaemonConfig config = DaemonConfig.of(server).with("socks5.udp", mode);
        try (NetworkLab lab = NetworkLab.open()) {
            server.start(lab);
            QuicServer quic = QuicServer.start(lab, family);
            Daemon daemon = Daemon.start(lab, config);

            long start = System.nanoTime();
            String hash = quic.download(family, bytes);
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            System.out.println(
                    "HTTP/3 by " + server + " " + mode + " " + family + ": " + bytes + " bytes in " + millis + " ms");

            assertThat(hash).isEqualTo(QuicServer.expected(bytes));
            daemon.expectHealthy();
        }
    }
}
