// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.datagram.DatagramLab;
import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.LiveObjects;
import io.socks5tunnel.it.lab.SocksServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// As many client sockets at once as the machine's descriptors allow. Defect 5 of the original: 1023 and no more.
///
/// The clients and the SOCKS server are several processes, since a process has descriptors of its own. The tunnel
/// is one: what it can serve is what its hard limit allows, an eighth of which it leaves to what is no datagram.
final class DatagramSourcesIT {
    private static final int WANTED = 20_000;
    private static final int SMALL = 2_000;

    /// Sources that one client process has sockets for, whatever the limit.
    private static final int PER_CLIENT = 5_000;

    /// Sources that one SOCKS server has sockets for: three each (client, relay, way out), and the system divides
    /// connections by chance.
    private static final int PER_SERVER = 5_000;

    private static final int SMALL_IDLE_MILLIS = 5_000;
    private static final int FULL_IDLE_MILLIS = 60_000;

    /// What one source takes in the tunnel.
    private enum Way {
        ASSOCIATE("udp", 2),
        STREAM("tcp", 1);

        private final String mode;
        private final int descriptors;

        Way(String mode, int descriptors) {
            this.mode = mode;
            this.descriptors = descriptors;
        }

        int within(long hardLimit) {
            return (int) Math.min(WANTED, (hardLimit - hardLimit / 8) / descriptors);
        }
    }

    @Test
    void twoThousandByUdpAssociate() {
        expectAll(SocksServer.EMBEDDED, Way.ASSOCIATE, SMALL, SMALL_IDLE_MILLIS);
    }

    @Test
    void twoThousandByUdpInTcp() {
        expectAll(SocksServer.EMBEDDED, Way.STREAM, SMALL, SMALL_IDLE_MILLIS);
    }

    @Tag("full")
    @Test
    void aThousandByDante() {
        expectAll(SocksServer.DANTE, Way.ASSOCIATE, 1_000, SMALL_IDLE_MILLIS);
    }

    @Tag("full")
    @Test
    void asManyAsThereAreDescriptorsByUdpAssociate() throws IOException {
        expectAll(SocksServer.EMBEDDED, Way.ASSOCIATE, Way.ASSOCIATE.within(hardLimit()), FULL_IDLE_MILLIS);
    }

    @Tag("full")
    @Test
    void asManyAsThereAreDescriptorsByUdpInTcp() throws IOException {
        expectAll(SocksServer.EMBEDDED, Way.STREAM, Way.STREAM.within(hardLimit()), FULL_IDLE_MILLIS);
    }

    private static void expectAll(SocksServer server, Way way, int sources, int idleMillis) {
        DaemonConfig config = DaemonConfig.of(server)
                .withWorkers(2)
                .with("socks5.udp", way.mode)
                .with("misc.log-level", "warn")
                .with("misc.udp-read-write-timeout", idleMillis);
        int servers = server == SocksServer.EMBEDDED ? Math.ceilDiv(sources, PER_SERVER) : 1;
        try (DatagramLab lab = DatagramLab.start(config, servers)) {
            lab.widenPorts();
            int before = lab.daemon().process().descriptors();

            DatagramLab.Sources answered =
                    lab.sources(Math.ceilDiv(sources, PER_CLIENT), sources, AddressFamily.IPV4.destination(), 1);
            int most = lab.daemon().process().descriptors();
            String measured = sources + " sources by " + way + ", " + servers + " servers of " + server + ": "
                    + answered.answered() + " answered in " + answered.millis() + " ms, " + (most - before)
                    + " descriptors";
            System.out.println(measured);

            assertThat(answered.answered()).as(measured).isEqualTo(sources);
            if (idleMillis == FULL_IDLE_MILLIS) {
                // all at once, but for those that were warm before
                assertThat(most - before).as(measured).isGreaterThan(sources * way.descriptors - 64);
            }
            expectNothingLeft(lab, before);
            lab.daemon().expectHealthy();
        }
    }

    private static void expectNothingLeft(DatagramLab lab, int before) {
        lab.daemon()
                .process()
                .awaitUntil(
                        "descriptors given back",
                        DatagramLab.LIMIT,
                        () -> lab.daemon().process().descriptors() <= before + 16);
        LiveObjects objects = LiveObjects.of(lab.daemon().process());

        assertThat(objects.count("io.socks5tunnel.threads.UdpSession")).isZero();
        // those that are kept warm
        assertThat(objects.count("io.socks5tunnel.threads.UdpAssociation")).isLessThanOrEqualTo(16);
        assertThat(objects.count("io.socks5tunnel.threads.UdpStream")).isLessThanOrEqualTo(16);
    }

    private static long hardLimit() throws IOException {
        String limits = Files.readString(Path.of("/proc/self/limits"));
        return limits.lines()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.split(" +", -1)[4])
                .mapToLong(word -> word.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(word))
                .findFirst()
                .orElseThrow();
    }
}
