// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.datagram.DatagramLab;
import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.SocksServer;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A datagram that comes back from an address nobody asked has that address as its source (RFC 4787 §4.3, a full
/// cone). Only by the embedded server: dante passes on what the destinations answer, and nothing else.
final class DatagramSourceIT {
    @ParameterizedTest
    @CsvSource({"udp, IPV4", "udp, IPV6", "tcp, IPV4", "tcp, IPV6"})
    void whoeverAnswersIsTheSource(String mode, AddressFamily family) {
        DaemonConfig config = DaemonConfig.of(SocksServer.EMBEDDED).with("socks5.udp", mode);
        try (DatagramLab lab = DatagramLab.start(config)) {
            List<String> answer = lab.client("elsewhere", family.destination(), DatagramLab.PORT);

            String third = InetAddress.ofLiteral(DatagramLab.third(family)).getHostAddress();
            assertThat(answer).containsExactly(third + " " + (DatagramLab.PORT + DatagramLab.PORTS - 1));
            lab.daemon().expectHealthy();
        }
    }
}
