// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.MapDnsSettings;
import io.socks5tunnel.api.TunSettings;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MappedNetworkTest {
    private static final int MANY = 60_000;

    private static MappedNetwork network(String address, String network, String netmask) {
        return new MappedNetwork(MapDnsSettings.ofIpv4(address, 53, network, netmask, 1), TunSettings.DEFAULT);
    }

    private static int slotOf(MappedNetwork network, String address) {
        return network.slotOf(Names.high(address), Names.low(address));
    }

    /// Compiled code once took the number of the last host for a small one.
    @Test
    void aNetworkIsTheSameHoweverOftenItIsMade() {
        for (int i = 0; i < MANY; i++) {
            MappedNetwork network = network("198.18.0.2", "100.64.0.0", "255.192.0.0");
            assertThat(network.slots()).isEqualTo((1 << 22) - 2);
        }
    }

    @Test
    void firstAndLastAddressBelongToNobody() {
        MappedNetwork network = network("198.18.0.2", "10.1.2.0", "255.255.255.0");

        assertThat(network.slots()).isEqualTo(254);
        assertThat(slotOf(network, "10.1.2.0")).isEqualTo(MappedNetwork.NO_SLOT);
        assertThat(slotOf(network, "10.1.2.1")).isZero();
        assertThat(slotOf(network, "10.1.2.254")).isEqualTo(253);
        assertThat(slotOf(network, "10.1.2.255")).isEqualTo(MappedNetwork.NO_SLOT);
    }

    @Test
    void addressesOfTheTunnelAreLeftOut() {
        TunSettings defaults = TunSettings.DEFAULT;
        TunSettings tunnel = new TunSettings(
                "",
                1500,
                Optional.of("10.1.2.7"),
                Optional.of("fc00::9"),
                defaults.icmp(),
                Optional.empty(),
                Optional.empty(),
                defaults.offload(),
                defaults.tcpRefusal(),
                defaults.tcpAccept());
        MapDnsSettings settings = new MapDnsSettings(
                "10.1.2.2",
                53,
                "10.1.2.0",
                "255.255.255.0",
                100,
                Optional.of("fc00::5"),
                Optional.of("fc00::"),
                Optional.empty());
        MappedNetwork network = new MappedNetwork(settings, tunnel);

        Set<Integer> addresses = new HashSet<>();
        for (int slot = 0; slot < network.slots(); slot++) {
            addresses.add(network.ipv4(slot) & 0xff);
            assertThat(network.ipv6Low(slot)).isEqualTo(network.ipv4(slot) & 0xff);
        }
        assertThat(addresses).hasSize(250).doesNotContain(0, 2, 5, 7, 9, 255);
        for (String reserved : new String[] {"10.1.2.2", "10.1.2.7", "fc00::5", "fc00::9", "fc00::", "fc00::ff"}) {
            assertThat(slotOf(network, reserved)).as(reserved).isEqualTo(MappedNetwork.NO_SLOT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"255.0.0.0", "255.192.0.0", "255.255.255.0", "255.255.255.252", "255.0.255.0", "128.0.0.0"})
    void everySlotHasAnAddressOfItsOwnThatLeadsBack(String netmask) {
        MappedNetwork network = network("10.64.0.3", "10.64.0.0", netmask);

        int step = Math.max(1, network.slots() / 1000);
        for (int slot = 0; slot >= 0 && slot < network.slots(); slot += step) {
            assertThat(network.slotOfIpv4(network.ipv4(slot))).isEqualTo(slot);
        }
    }

    /// The second defect of the original in the list of those reproduced: it looks at the lower bits only.
    @ParameterizedTest
    @ValueSource(
            strings = {"198.18.0.1", "1.0.0.1", "100.128.0.1", "0.0.0.1", "fc00:6440:0:1::1", "fc01:6440::1", "::1"})
    void addressesOutsideOfTheNetworkHaveNoSlotWhateverTheirLowerBits(String address) {
        MappedNetwork network = new MappedNetwork(Names.BOTH, TunSettings.DEFAULT);

        assertThat(slotOf(network, "100.64.0.1")).isZero();
        assertThat(slotOf(network, "fc00:6440::1")).isZero();
        assertThat(slotOf(network, address)).isEqualTo(MappedNetwork.NO_SLOT);
    }

    @Test
    void ipv6HasNoMoreSlotsThanIpv4() {
        MappedNetwork network = new MappedNetwork(Names.BOTH, TunSettings.DEFAULT);

        assertThat(slotOf(network, "fc00:6440::3f:fffe")).isEqualTo(network.slots() - 1);
        assertThat(slotOf(network, "fc00:6440::40:1")).isEqualTo(MappedNetwork.NO_SLOT);
        assertThat(slotOf(network, "fc00:6440::ffff:ffff")).isEqualTo(MappedNetwork.NO_SLOT);
    }
}
