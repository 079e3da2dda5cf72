// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.stack.ClientSource;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.fixture.DatagramWorld;
import java.util.Collections;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/// What one stack sends is what another one receives: any size, any MTU, fragments in any order.
class UdpRoundTripPropertyTest {
    private static final int LARGEST = 65_507;

    private final Slab slab = new Slab();

    @Property(tries = 500)
    @Tag("T-UD-4")
    void aDatagramComesOutAsItWentIn(
            @ForAll long seed,
            @ForAll boolean ipv4,
            @ForAll boolean isOffloaded,
            @ForAll @IntRange(min = 1_280, max = 65_535) int mtuBytes,
            @ForAll @IntRange(max = LARGEST) int length,
            @ForAll @IntRange(max = 65_535) int clientPort,
            @ForAll @IntRange(max = 65_535) int serverPort,
            @ForAll @IntRange(max = 63) int offset) {
        Random random = new Random(seed);
        byte[] payload = new byte[length];
        random.nextBytes(payload);
        slab.bytes().put(offset, payload);
        DatagramWorld from = new DatagramWorld(mtuBytes);
        from.capabilities = isOffloaded ? new TunCapabilities(true, true, true) : TunCapabilities.NONE;

        boolean isSent = ipv4
                ? from.stack.sendDatagram(
                        new ClientSource(0, FlowKey.mappedIpv4(0x0a000002), clientPort),
                        0,
                        FlowKey.mappedIpv4(0xc0000207),
                        serverPort,
                        slab,
                        offset,
                        length)
                : from.stack.sendDatagram(
                        new ClientSource(0xfd00L << 48, 2, clientPort),
                        0x2001_0db8L << 32,
                        7,
                        serverPort,
                        slab,
                        offset,
                        length);

        assertThat(isSent).isTrue();
        assertThat(from.sent).allSatisfy(packet -> assertThat(packet.length).isLessThanOrEqualTo(mtuBytes));
        DatagramWorld to = new DatagramWorld();
        ChecksumState state = from.partialChecksumAt > 0 ? ChecksumState.PARTIAL : ChecksumState.UNVERIFIED;
        Collections.shuffle(from.sent, random);
        from.sent.forEach(packet -> to.receive(packet, state, GsoType.NONE, 0));
        assertThat(to.drops()).isZero();
        assertThat(to.arrived).singleElement().satisfies(datagram -> {
            assertThat(datagram.payload()).isEqualTo(payload);
            assertThat(datagram.clientPort()).isEqualTo(serverPort);
            assertThat(datagram.destinationPort()).isEqualTo(clientPort);
        });
        to.endBurst();
        assertThat(to.slabsHeld()).isZero();
    }
}
