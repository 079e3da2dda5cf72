// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.HevLibraryCalls;
import io.socks5tunnel.it.lab.RuntimeImage;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The five calls of hev-socks5-tunnel's library, as a program of somebody else makes them: two tunnels at once in
/// one process, and each of them twice.
class HevLibraryIT {
    /// A SYN of 40 bytes in, its answer out; then both calls return 0 and count nothing any more.
    private static final String RUN =
            ": [tx 1/40 rx 1, tx 1/40 rx 1] 0 0 Stats[txPackets=0, txBytes=0, rxPackets=0, rxBytes=0]";

    @Test
    void twoTunnelsRunAtOnceAndAgain() throws Exception {
        var run = ChildProcess.run(
                Path.of("."),
                Map.of(),
                RuntimeImage.command(HevLibraryCalls.class).toArray(String[]::new));

        assertThat(run.out().lines()).containsExactly("1" + RUN, "2" + RUN);
        assertThat(run.status()).isZero();
    }
}
