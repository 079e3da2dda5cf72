// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.datagram.DatagramLab;
import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.SocksServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// As many client sockets at once as the machine's descriptors allow. Defect 5 of the original: 1023 and no more.
@Tag("full")
final class DatagramSourcesIT {
    private static final int WANTED = 20_000;

    /// In the tunnel an association takes two descriptors, of which an eighth is left to others; in the server
    /// three (client, relay, way out).
    private static final int DESCRIPTORS_PER_ASSOCIATION = 4;

    private static final int DESCRIPTORS_PER_STREAM = 3;

    @Test
    void aThousandByDante() {
        expectAll(SocksServer.DANTE, "udp", 1_000);
    }

    @Test
    void asManyAsThereAreDescriptorsByUdpAssociate() throws IOException {
        expectAll(SocksServer.EMBEDDED, "udp", within(DESCRIPTORS_PER_ASSOCIATION));
    }

    @Test
    void asManyAsThereAreDescriptorsByUdpInTcp() throws IOException {
        expectAll(SocksServer.EMBEDDED, "tcp", within(DESCRIPTORS_PER_STREAM));
    }

    private static void expectAll(SocksServer server, String mode, int sources) {
        DaemonConfig config = DaemonConfig.of(server)
                .withWorkers(2)
                .with("socks5.udp", mode)
                .with("misc.log-level", "warn")
                .with("misc.udp-read-write-timeout", 20_000);
        try (DatagramLab lab = DatagramLab.start(config)) {
            lab.widenPorts();
            long before = descriptors(lab);
            String answer = lab.client("sources", sources, AddressFamily.IPV4.destination(), DatagramLab.PORT)
                    .getFirst();

            assertThat(answer).startsWith(sources + " answered in ");
            lab.daemon()
                    .process()
                    .awaitUntil("descriptors given back", DatagramLab.LIMIT, () -> descriptors(lab) <= before + 16);
            lab.daemon().expectHealthy();
        }
    }

    private static int within(int descriptorsPerSource) throws IOException {
        String limits = Files.readString(Path.of("/proc/self/limits"));
        long hard = limits.lines()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.split(" +", -1)[4])
                .mapToLong(word -> word.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(word))
                .findFirst()
                .orElseThrow();
        return (int) Math.min(WANTED, hard / descriptorsPerSource);
    }

    private static long descriptors(DatagramLab lab) {
        try (Stream<Path> open =
                Files.list(Path.of("/proc", Long.toString(lab.daemon().process().pid()), "fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
