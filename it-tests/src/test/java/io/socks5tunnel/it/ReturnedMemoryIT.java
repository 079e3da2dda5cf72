// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.datagram.DatagramLab;
import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.LiveObjects;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.transfer.TransferMode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What a daemon holds once a busy time is over: as many slabs as before its first packet, and none that only a list
/// still names which nobody reads.
final class ReturnedMemoryIT {
    private static final int WORKERS = 2;

    /// For the headers of packets, handshakes, headers of datagrams, datagrams that wait, and reading the device.
    private static final int KEPT_PER_WORKER = 5;

    /// The client's kernel sends a packet of its own now and then, for which a slab or two are fetched.
    private static final int FETCHED_SINCE = 4;

    private static final String SLAB = "io.socks5tunnel.api.spi.Slab";
    private static final int BYTES = 50_000_000;
    private static final int CONNECTIONS = 200;
    private static final int SOURCES = 500;

    /// Datagrams of one source in a row, so that the replies fill many slabs.
    private static final int TIMES = 20;

    private static final int IDLE_MILLIS = 3_000;

    /// Ten seconds of quiet after the last flow has ended; the rest is for a busy machine.
    private static final Duration REST = Duration.ofSeconds(60);

    @Test
    void slabsOfABusyTimeAreGivenUp() {
        DaemonConfig config = DaemonConfig.of(SocksServer.EMBEDDED)
                .withWorkers(WORKERS)
                .with("misc.udp-read-write-timeout", IDLE_MILLIS);
        try (DatagramLab lab = DatagramLab.start(config)) {
            Applications applications = Applications.start(lab.lab());
            LabProcess daemon = lab.daemon().process();

            beBusy(lab, applications);
            long most = slabs(daemon);
            daemon.awaitUntil(
                    "slabs given up", REST, () -> slabs(daemon) <= (long) WORKERS * KEPT_PER_WORKER + FETCHED_SINCE);

            assertThat(most).as("slabs while busy").isGreaterThan(4L * WORKERS * KEPT_PER_WORKER);
            applications.download(AddressFamily.IPV4, BYTES, 2);
            lab.daemon().expectHealthy();
        }
    }

    private static void beBusy(DatagramLab lab, Applications applications) {
        applications.download(AddressFamily.IPV4, BYTES, 1);
        applications.upload(AddressFamily.IPV4, BYTES, 1);
        assertThat(applications
                        .transfer(TransferMode.ECHO, AddressFamily.IPV4, CONNECTIONS, 64 * 1024, 1)
                        .failures())
                .isEmpty();
        assertThat(lab.sources(1, SOURCES, AddressFamily.IPV4.destination(), TIMES)
                        .answered())
                .isEqualTo(SOURCES);
    }

    private static long slabs(LabProcess daemon) {
        return LiveObjects.of(daemon).count(SLAB);
    }
}
