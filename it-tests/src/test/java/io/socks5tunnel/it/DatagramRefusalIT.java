// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.datagram.DatagramLab;
import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.SocksServer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A SOCKS server that relays no datagrams.
final class DatagramRefusalIT {
    /// The very first datagram, which waited for the server's answer.
    @ParameterizedTest
    @EnumSource
    void theKernelIsToldOfTheFirstDatagram(AddressFamily family) {
        DaemonConfig config = DaemonConfig.of(SocksServer.MICROSOCKS).with("misc.log-level", "warn");
        try (DatagramLab lab = DatagramLab.start(config)) {
            assertThat(lab.client("refused", family.destination(), DatagramLab.PORT, 100))
                    .singleElement()
                    .asString()
                    .startsWith("PortUnreachableException");
            lab.daemon().expectHealthy();
        }
    }
}
