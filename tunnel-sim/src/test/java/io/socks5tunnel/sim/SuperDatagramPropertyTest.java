// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.api.spi.TunQueue;
import io.socks5tunnel.stack.ClientSource;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.FlowListener;
import io.socks5tunnel.stack.PacketSink;
import io.socks5tunnel.stack.PacketStack;
import io.socks5tunnel.stack.StackConfig;
import io.socks5tunnel.stack.TcpOpenRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// What the stack puts into one packet comes out of the device as it was before, one by one, in order and sound.
class SuperDatagramPropertyTest implements FlowListener {
    private static final int CLIENT = 0x0a00_0002;
    private static final int SERVER = 0xc612_0009;

    private final Slab slab = new Slab();

    @Property(tries = 300)
    void whatIsPutTogetherComesApartAgain(
            @ForAll long seed,
            @ForAll boolean ipv4,
            @ForAll @IntRange(min = 1_280, max = 65_535) int mtuBytes,
            @ForAll @IntRange(min = 1, max = 9_000) int length,
            @ForAll @IntRange(min = 2, max = 64) int wanted) {
        MemoryTun tun = MemoryTun.builder()
                .mtu(mtuBytes)
                .capabilities(new TunCapabilities(true, true, true))
                .open();
        var stack = new PacketStack(
                StackConfig.forMtu(mtuBytes), sink(tun.queue(0)), new CountingSlabPool(10), this, new byte[32]);
        ClientSource to = ipv4
                ? new ClientSource(0, FlowKey.mappedIpv4(CLIENT), 40_000)
                : new ClientSource(0xfd00L << 48, 2, 40_000);
        int count = Math.min(wanted, stack.datagramsTogether(to, length));
        if (count == 1) {
            return;
        }
        Random random = new Random(seed);
        List<byte[]> datagrams = fill(random, count, length);

        assertThat(send(stack, to, datagrams, length)).isTrue();

        List<ParsedPacket> packets = tun.takeWritten().stream()
                .map(packet -> ParsedPacket.parse(packet).requireSound())
                .toList();
        assertThat(packets)
                .extracting(ParsedPacket::payload)
                .usingElementComparator(Arrays::compare)
                .isEqualTo(datagrams);
        assertThat(packets).allSatisfy(packet -> {
            assertThat(packet.length()).isLessThanOrEqualTo(mtuBytes);
            assertThat(packet.version()).isEqualTo(ipv4 ? 4 : 6);
            assertThat(packet.sourcePort()).isEqualTo(53);
            assertThat(packet.destinationPort()).isEqualTo(40_000);
        });
    }

    /// The last one may be shorter.
    private List<byte[]> fill(Random random, int count, int length) {
        List<byte[]> datagrams = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] bytes = new byte[i < count - 1 ? length : 1 + random.nextInt(length)];
            random.nextBytes(bytes);
            slab.bytes().put(i * length, bytes);
            datagrams.add(bytes);
        }
        return datagrams;
    }

    private boolean send(PacketStack stack, ClientSource to, List<byte[]> datagrams, int length) {
        var payloads = new GatherList();
        for (int i = 0; i < datagrams.size(); i++) {
            payloads.add(slab, i * length, datagrams.get(i).length);
        }
        return to.isIpv4()
                ? stack.sendDatagrams(to, 0, FlowKey.mappedIpv4(SERVER), 53, payloads, length)
                : stack.sendDatagrams(to, 0xfd00_0019L << 32, 9, 53, payloads, length);
    }

    private static PacketSink sink(TunQueue queue) {
        return new PacketSink() {
            @Override
            public boolean emit(OutboundPacket packet) {
                try {
                    return queue.write(packet);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public TunCapabilities capabilities() {
                return queue.capabilities();
            }
        };
    }

    @Override
    public boolean onStray(InboundPacket packet, FlowKey key) {
        return false;
    }

    @Override
    public boolean onOpenRequest(TcpOpenRequest request) {
        return false;
    }

    @Override
    public void onForgotten(FlowKey key) {}
}
