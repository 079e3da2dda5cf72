// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.LabRequirements;
import io.socks5tunnel.it.lab.NetworkLab;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.transfer.SeededBytes;
import org.junit.jupiter.api.Test;

/// Defects of hev-socks5-tunnel that only a real kernel can show; the others are in the simulator's tests. All are
/// in `docs/original-defects.md`.
final class OriginalDefectsIT {
    private static final int IPV4_ONLY_MTU_BYTES = 1_200;
    private static final long BYTES = 1_000_000;
    private static final long SEED = 15;

    /// Number 15: there all sockets to the server are of IPv6, and nothing works without it. Here a socket is of
    /// its server's family.
    @Test
    void runsWhereIpv6IsSwitchedOff() {
        LabRequirements.demand();
        try (NetworkLab lab = NetworkLab.open()) {
            SocksServer.EMBEDDED.start(lab);
            Applications applications = Applications.start(lab);
            lab.client()
                    .run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1")
                    .orFail();
            Daemon daemon =
                    Daemon.start(lab, DaemonConfig.of(SocksServer.EMBEDDED).withMtu(IPV4_ONLY_MTU_BYTES));

            assertThat(applications.download(AddressFamily.IPV4, BYTES, SEED))
                    .isEqualTo(SeededBytes.sha256(SEED, BYTES));
            daemon.expectHealthy();
        }
    }
}
