// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static io.socks5tunnel.tun.linux.OwnNamespace.ip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socks5tunnel.tun.linux.nativecalls.NativeCallException;
import java.net.Inet4Address;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

/// What `ip` sees of it, in a network namespace of its own.
class LinuxHostNetworkIT {
    private static final Inet4Address NETWORK = (Inet4Address) InetAddress.ofLiteral("198.19.0.0");

    private final LinuxHostNetwork network = new LinuxHostNetwork();

    @Test
    void anInterfaceComesUp() throws Exception {
        OwnNamespace.run(() -> {
            ip("tuntap", "add", "t0", "mode", "tun");
            assertThat(ip("link", "show", "t0")).doesNotContain(",UP");

            network.bringUp("t0");

            assertThat(ip("link", "show", "t0")).contains(",UP");
        });
    }

    @Test
    void aRouteLeadsIntoTheInterface() throws Exception {
        OwnNamespace.run(() -> {
            ip("tuntap", "add", "t0", "mode", "tun");
            network.bringUp("t0");

            network.addRoute(NETWORK, 16, "t0");

            assertThat(ip("route", "show")).contains("198.19.0.0/16 dev t0");
        });
    }

    @Test
    void theDefaultRouteIsOneOfNoBits() throws Exception {
        OwnNamespace.run(() -> {
            ip("tuntap", "add", "t0", "mode", "tun");
            network.bringUp("t0");

            network.addRoute((Inet4Address) InetAddress.ofLiteral("0.0.0.0"), 0, "t0");

            assertThat(ip("route", "show")).contains("default dev t0");
        });
    }

    @Test
    void anInterfaceThatIsNotThereIsNamed() throws Exception {
        OwnNamespace.run(() -> {
            assertThatThrownBy(() -> network.addRoute(NETWORK, 16, "t1"))
                    .isInstanceOf(NativeCallException.class)
                    .hasMessageContaining("routing 198.19.0.0/16 into t1");
            assertThatThrownBy(() -> network.bringUp("t1"))
                    .isInstanceOf(NativeCallException.class)
                    .hasMessageContaining("t1");
        });
    }
}
