// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.MapDnsSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MapDnsTest {
    private static boolean isServed(MapDns names, String address, int port) {
        return names.isServedAt(Names.high(address), Names.low(address), port);
    }

    @Test
    void servesExactlyItsAddressesAndPort() {
        MapDns names = Names.mapDns(Names.BOTH);

        assertThat(isServed(names, "198.18.0.2", 53)).isTrue();
        assertThat(isServed(names, "fc00::2", 53)).isTrue();
        assertThat(isServed(names, "198.18.0.2", 54)).isFalse();
        assertThat(isServed(names, "198.18.0.3", 53)).isFalse();
        assertThat(isServed(Names.mapDns(Names.IPV4_ONLY), "fc00::2", 53)).isFalse();
    }

    @Test
    void isOffByDefault() {
        MapDns off = Names.mapDns(MapDnsSettings.DEFAULT);

        assertThat(isServed(off, "0.0.0.0", 0)).isFalse();
        assertThat(Names.nameOf(off, "100.64.0.1")).isNull();
        assertThat(off.table().size()).isZero();
    }

    /// Defect 2 of the original: with the usual mask it takes 1.0.0.1 for the first mapped name.
    @ParameterizedTest
    @ValueSource(strings = {"1.0.0.1", "198.18.0.1", "100.128.0.1", "fc00:6440:0:0:0:1:0:1", "::1"})
    void addressesOutsideOfItsNetworkMeanThemselves(String address) {
        MapDns names = Names.mapDns(Names.BOTH);
        Names.ask(new DnsResponder(names), DnsMessage.query("a.example", DnsMessage.A));
        assertThat(Names.nameOf(names, "100.64.0.1")).isEqualTo("a.example");

        assertThat(Names.nameOf(names, address)).isNull();
    }

    @Test
    void addressesWithoutANameMeanThemselves() {
        MapDns names = Names.mapDns(Names.BOTH);

        assertThat(Names.nameOf(names, "100.64.0.1")).isNull();
        assertThat(Names.nameOf(names, "100.127.255.254")).isNull();
    }
}
