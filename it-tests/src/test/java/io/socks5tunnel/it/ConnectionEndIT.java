// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.lab.TunnelledLab;
import io.socks5tunnel.it.transfer.TransferMode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How connections begin and end: refusals and half-closes keep their meaning on the way through the tunnel.
@ParameterizedClass(name = "{0}")
@EnumSource(names = {"DANTE", "EMBEDDED"})
final class ConnectionEndIT {
    private static final long BYTES = 100_000_000;
    private static final long SEED = 9;

    private static TunnelledLab lab;

    @Parameter
    SocksServer server;

    @BeforeParameterizedClassInvocation
    static void start(SocksServer server) {
        lab = TunnelledLab.start(DaemonConfig.of(server));
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (lab != null) {
            lab.close();
        }
    }

    @ParameterizedTest
    @Tag("T-CL-1")
    @EnumSource
    void afterTheClientsFinEverythingStillComesDown(AddressFamily family) {
        assertThat(lab.applications()
                        .transfer(TransferMode.DOWN_AFTER_FIN, family, 1, BYTES, SEED)
                        .failures())
                .isEmpty();
    }

    @ParameterizedTest
    @Tag("T-CL-2")
    @EnumSource
    void afterTheServersFinEverythingStillGoesUp(AddressFamily family) {
        assertThat(lab.applications()
                        .transfer(TransferMode.UP_AFTER_FIN, family, 1, BYTES, SEED)
                        .failures())
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aClosedPortRefusesTheConnection(AddressFamily family) {
        assertThat(Applications.report(lab.applications()
                                .startTransfer(TransferMode.DOWN, family, Applications.CLOSED_PORT, 1, 1, SEED))
                        .failures())
                .containsExactly("Connection refused");
    }
}
