// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.lab.TunnelledLab;
import io.socks5tunnel.it.transfer.TransferMode;
import io.socks5tunnel.it.transfer.TransferReport;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A thousand connections at once: none starts to transfer before all are connected.
@ParameterizedClass(name = "{0}")
@EnumSource(names = {"DANTE", "EMBEDDED"})
final class ManyConnectionsIT {
    private static final int CONNECTIONS = 1000;
    private static final int BYTES = 64 * 1024;
    private static final long SEED = 5;

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
    @EnumSource
    void aThousandAtOnceDownloadUnchanged(AddressFamily family) {
        TransferReport report = lab.applications().transfer(TransferMode.DOWN, family, CONNECTIONS, BYTES, SEED);

        assertThat(report.failures()).isEmpty();
        assertThat(report.connections()).hasSize(CONNECTIONS);
        lab.daemon().expectHealthy();
    }

    @ParameterizedTest
    @EnumSource
    void aThousandAtOnceEchoUnchanged(AddressFamily family) {
        TransferReport report = lab.applications().transfer(TransferMode.ECHO, family, CONNECTIONS, BYTES, SEED);

        assertThat(report.failures()).isEmpty();
        assertThat(report.connections()).hasSize(CONNECTIONS);
        lab.daemon().expectHealthy();
    }
}
