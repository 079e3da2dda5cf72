// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.sim.PacketBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FragmentCollectorTest {
    private final FragmentCollector collector = new FragmentCollector();

    @ParameterizedTest
    @CsvSource({"198.18.0.1, 198.19.0.1", "fc00::1, fc00::2"})
    void fragmentsInAnyOrderBecomeTheWholePacket(String source, String destination) {
        byte[] whole = datagram(source, destination);
        List<byte[]> fragments = new ArrayList<>(PacketBuilder.fragments(whole, 600, 9));
        Collections.reverse(fragments);

        List<ReplayPacket> ready = List.of();
        for (byte[] fragment : fragments) {
            assertThat(ready).isEmpty();
            ready = collector.add(packet(fragment, 0));
        }

        assertThat(ready).hasSize(1);
        assertThat(ready.getFirst().isUdp()).isTrue();
        assertThat(ready.getFirst().parsed().faults()).isEmpty();
        assertThat(ready.getFirst().fragments()).hasSameSizeAs(fragments);
        assertThat(collector.rest()).isEmpty();
    }

    @Test
    void overlappingFragmentsComeOutAsTheyCame() {
        List<byte[]> fragments = PacketBuilder.fragments(datagram("198.18.0.1", "198.19.0.1"), 600, 9);

        assertThat(collector.add(packet(fragments.getFirst(), 0))).isEmpty();
        List<ReplayPacket> ready = collector.add(packet(fragments.getFirst(), 0));

        assertThat(ready).hasSize(2).allMatch(packet -> packet.parsed().isFragment());
    }

    @Test
    void whatStaysIncompleteComesOutLater() {
        List<byte[]> fragments = PacketBuilder.fragments(datagram("198.18.0.1", "198.19.0.1"), 600, 9);
        collector.add(packet(fragments.getFirst(), 0));
        byte[] other = datagram("198.18.0.3", "198.19.0.1");

        List<ReplayPacket> ready = collector.add(packet(other, 31_000_000_000L));

        assertThat(ready).hasSize(2);
        assertThat(ready.getFirst().parsed().isFragment()).isTrue();
        assertThat(ready.getLast().isUdp()).isTrue();
    }

    @Test
    void theEndOfTheCaptureGivesEverythingUp() {
        List<byte[]> fragments = PacketBuilder.fragments(datagram("198.18.0.1", "198.19.0.1"), 600, 9);
        collector.add(packet(fragments.getLast(), 0));

        assertThat(collector.rest()).hasSize(1);
        assertThat(collector.rest()).isEmpty();
    }

    private static byte[] datagram(String source, String destination) {
        InetSocketAddress from = new InetSocketAddress(InetAddress.ofLiteral(source), 4000);
        InetSocketAddress to = new InetSocketAddress(InetAddress.ofLiteral(destination), 53);
        return PacketBuilder.between(from, to)
                .mayFragment()
                .udp()
                .payload(new byte[1_500])
                .build();
    }

    private static ReplayPacket packet(byte[] bytes, long atNanos) {
        return ReplayPacket.captured(1, atNanos, bytes, 0);
    }
}
