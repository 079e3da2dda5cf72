// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.Ended;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.lab.TunnelledLab;
import io.socks5tunnel.it.transfer.TransferMode;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Resets stay resets on the way through the tunnel. With the embedded server, which passes them on; others end a
/// connection in good order when the far end resets it, with a tunnel or without.
final class ResetIT {
    private static final int CONNECTIONS = 10;
    private static final long BYTES = 1_000_000;
    private static final long SEED = 40;

    private TunnelledLab lab;

    @BeforeEach
    void start() {
        lab = TunnelledLab.start(DaemonConfig.of(SocksServer.EMBEDDED));
    }

    @AfterEach
    void stop() {
        if (lab != null) {
            lab.close();
        }
    }

    @ParameterizedTest
    @Tag("T-CL-4")
    @EnumSource
    void aServersResetIsAResetForTheClient(AddressFamily family) {
        assertThat(lab.applications()
                        .transfer(TransferMode.SERVER_RESET, family, CONNECTIONS, BYTES, SEED)
                        .failures())
                .isEmpty();
    }

    @ParameterizedTest
    @Tag("T-CL-6")
    @EnumSource
    void aClientsResetIsAResetForTheServer(AddressFamily family) {
        assertThat(lab.applications()
                        .transfer(TransferMode.CLIENT_RESET, family, CONNECTIONS, BYTES, SEED)
                        .failures())
                .isEmpty();
    }

    @Test
    void sigtermResetsLiveFlowsAndTakesTheDeviceAway() {
        LabProcess waiting =
                lab.applications().startTransfer(TransferMode.HOLD, AddressFamily.IPV4, Applications.PORT, 1, 0, SEED);
        waiting.awaitUntil(
                "held", Duration.ofSeconds(20), () -> waiting.output().contains("HELD"));

        Ended daemon = lab.daemon().stop();

        assertThat(daemon.exitCode()).as(daemon.toString()).isZero();
        assertThat(Applications.report(waiting).failures()).containsExactly("Connection reset");
        assertThat(lab.lab().client().run("ip", "link", "show").output()).doesNotContain(DaemonConfig.DEVICE);
    }
}
