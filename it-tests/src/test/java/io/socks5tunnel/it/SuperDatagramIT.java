// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.LabRequirements;
import io.socks5tunnel.it.lab.NetworkLab;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the kernel makes of one packet that stands for many datagrams.
class SuperDatagramIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /// Five lengths of each family, two, twenty and as many as fit, with and without a shorter last one.
    @Test
    void theKernelTakesItApartIntoWhatWasPutIn() {
        LabRequirements.demand();
        try (NetworkLab lab = NetworkLab.open()) {
            List<String> command = List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                    SuperDatagramKernel.class.getName());
            List<String> lines = lab.client()
                    .run(LIMIT, "kernel", command)
                    .orFail()
                    .output()
                    .lines()
                    .toList();

            assertThat(lines.getFirst()).contains("TCP and UDP segmentation offload");
            // over IPv6, 1472 bytes and headers are longer than the MTU
            assertThat(lines.subList(1, lines.size())).hasSize(54).allMatch(line -> line.endsWith(" ok"));
        }
    }
}
