// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.KernelCounters;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.lab.TunnelledLab;
import io.socks5tunnel.it.transfer.SeededBytes;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// curl through the tunnel: every byte arrives, and the client's kernel has nothing to complain about.
@ParameterizedClass(name = "{0}")
@EnumSource(SocksServer.class)
final class CurlIT {
    private static final String SIZES = """
            1,         IPV4
            1,         IPV6
            1000000,   IPV4
            1000000,   IPV6
            100000000, IPV4
            100000000, IPV6
            """;

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
    @CsvSource(textBlock = SIZES)
    void downloadsArriveUnchanged(long bytes, AddressFamily family) {
        KernelCounters before = lab.counters();

        assertThat(lab.applications().download(family, bytes, bytes)).isEqualTo(SeededBytes.sha256(bytes, bytes));
        assertThat(lab.complaintsSince(before))
                .as("complaints of the client's kernel")
                .isEmpty();
        lab.daemon().expectHealthy();
    }

    @ParameterizedTest
    @CsvSource(textBlock = SIZES)
    void uploadsArriveUnchanged(long bytes, AddressFamily family) {
        KernelCounters before = lab.counters();

        assertThat(lab.applications().upload(family, bytes, bytes)).isEqualTo(SeededBytes.sha256(bytes, bytes));
        assertThat(lab.complaintsSince(before))
                .as("complaints of the client's kernel")
                .isEmpty();
        lab.daemon().expectHealthy();
    }
}
