// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socks5tunnel.api.TunSettings;
import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.api.spi.TunQueue;
import io.socks5tunnel.api.spi.TunRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MemoryTunTest {
    private static final InetSocketAddress ONE = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 4000);
    private static final InetSocketAddress TWO = new InetSocketAddress(InetAddress.ofLiteral("10.9.0.1"), 80);
    private static final TunCapabilities ALL = new TunCapabilities(true, true, true);

    private final CountingSlabPool pool = new CountingSlabPool(1000);
    private final PacketBurst burst = new PacketBurst(pool);

    private static SimPacket packet(int length) {
        return PacketBuilder.between(ONE, TWO)
                .tcp()
                .ack(1)
                .payload(new SeededContent(length).bytes(0, length))
                .packet();
    }

    private static byte[] copy(InboundPacket packet) {
        byte[] bytes = new byte[packet.length()];
        packet.bytes().get(packet.offset(), bytes);
        return bytes;
    }

    @Nested
    class WhenRead {
        private final MemoryTun tun = MemoryTun.builder().open();
        private final TunQueue queue = tun.queue(0);

        @Test
        void smallPacketsComeInOrderAndShareSlabs() throws IOException {
            for (int i = 0; i < 50; i++) {
                assertThat(tun.inject(packet(i))).isTrue();
            }
            assertThat(queue.read(burst)).isFalse();
            assertThat(burst.count()).isEqualTo(50);
            for (int i = 0; i < 50; i++) {
                assertThat(copy(burst.packet(i))).isEqualTo(packet(i).bytes());
                assertThat(burst.packet(i).checksum()).isEqualTo(ChecksumState.UNVERIFIED);
            }
            assertThat(pool.taken()).isEqualTo(1);
            burst.release();
            assertThat(pool.taken()).isZero();
        }

        @Test
        void aFullBurstLeavesTheRestForTheNext() throws IOException {
            for (int i = 0; i < 100; i++) {
                tun.inject(packet(i));
            }
            assertThat(queue.read(burst)).isTrue();
            assertThat(burst.count()).isEqualTo(PacketBurst.MAX_PACKETS);
            burst.clear();
            assertThat(queue.read(burst)).isFalse();
            assertThat(burst.count()).isEqualTo(36);
            assertThat(copy(burst.packet(0))).isEqualTo(packet(64).bytes());
        }

        @Test
        void anEmptyPoolLosesNothing() throws IOException {
            PacketBurst starved = new PacketBurst(new CountingSlabPool(0));
            tun.inject(packet(1));
            assertThat(queue.read(starved)).isTrue();
            assertThat(starved.count()).isZero();
            assertThat(queue.read(burst)).isFalse();
            assertThat(burst.count()).isEqualTo(1);
        }

        @Test
        void theSignalRunsWhenAnEmptyQueueGetsAPacket() throws IOException {
            AtomicInteger signals = new AtomicInteger();
            tun.inject(packet(1));
            queue.onReadable(signals::incrementAndGet);
            assertThat(signals).hasValue(1);
            tun.inject(packet(2));
            assertThat(signals).hasValue(1);
            queue.read(burst);
            tun.inject(packet(3));
            assertThat(signals).hasValue(2);
        }

        @Test
        void aFullQueueLosesAndCounts() {
            for (int i = 0; i < MemoryTun.DEFAULT_QUEUE_PACKETS; i++) {
                assertThat(tun.inject(packet(1))).isTrue();
            }
            assertThat(tun.inject(packet(1))).isFalse();
            assertThat(tun.memoryQueue(0).overflowed()).isEqualTo(1);
        }

        @Test
        void aClosedDeviceFailsAndSignalsTheReader() {
            AtomicInteger signals = new AtomicInteger();
            queue.onReadable(signals::incrementAndGet);
            tun.close();
            assertThat(signals).hasValue(1);
            assertThatThrownBy(() -> queue.read(burst)).isInstanceOf(IOException.class);
            assertThat(tun.inject(packet(1))).isFalse();
        }
    }

    @Nested
    class WithOffload {
        private final MemoryTun tun = MemoryTun.builder().capabilities(ALL).open();

        @Test
        void superSegmentsComeWholeWithASlabOfTheirOwn() throws IOException {
            SimPacket large = PacketBuilder.between(ONE, TWO)
                    .tcp()
                    .ack(1)
                    .payload(new byte[60_000])
                    .superSegment(1460);
            tun.inject(large);
            tun.inject(packet(10));
            tun.inject(packet(20));
            assertThat(tun.queue(0).read(burst)).isFalse();

            assertThat(burst.packet(1).tryDetachSlab()).isFalse();
            InboundPacket first = burst.packet(0);
            assertThat(copy(first)).isEqualTo(large.bytes());
            assertThat(first.checksum()).isEqualTo(ChecksumState.PARTIAL);
            assertThat(first.gsoType()).isEqualTo(GsoType.TCP_V4);
            assertThat(first.gsoSizeBytes()).isEqualTo(1460);
            Slab slab = first.slab();
            assertThat(first.tryDetachSlab()).isTrue();
            burst.release();
            assertThat(pool.taken()).isEqualTo(1);
            pool.give(slab);
        }
    }

    @Nested
    class WhenWritten {
        private final Slab headers = new Slab();
        private final OutboundPacket outbound = new OutboundPacket(headers);

        /// A super-segment with its payload in two slabs.
        private SimPacket fill(SimPacket packet, int headerLength) {
            outbound.reset();
            headers.bytes().put(outbound.headerOffset(), packet.bytes(), 0, headerLength);
            outbound.headerLength(headerLength);
            int rest = packet.length() - headerLength;
            int first = rest / 3;
            addPayload(packet.bytes(), headerLength, first);
            addPayload(packet.bytes(), headerLength + first, rest - first);
            if (packet.checksum() == ChecksumState.PARTIAL) {
                outbound.partialChecksum(20, 16);
            }
            if (packet.isSuperSegment()) {
                outbound.superSegment(packet.gsoType(), packet.gsoSizeBytes());
            }
            return packet;
        }

        private void addPayload(byte[] bytes, int offset, int length) {
            Slab slab = new Slab();
            slab.bytes().put(100, bytes, offset, length);
            outbound.payload().add(slab, 100, length);
        }

        @Test
        void gatheredPacketsAreCollectedWhole() throws IOException {
            MemoryTun tun = MemoryTun.builder().capabilities(ALL).open();
            SimPacket large = fill(
                    PacketBuilder.between(ONE, TWO)
                            .tcp()
                            .ack(1)
                            .payload(new SeededContent(1).bytes(0, 50_000))
                            .superSegment(1460),
                    40);
            assertThat(tun.queue(0).write(outbound)).isTrue();
            List<SimPacket> written = tun.takeWritten();
            assertThat(written).hasSize(1);
            assertThat(written.getFirst().bytes()).isEqualTo(large.bytes());
            assertThat(written.getFirst().gsoSizeBytes()).isEqualTo(1460);
            assertThat(tun.takeWritten()).isEmpty();
        }

        @Test
        void whatTheDeviceHasNotPromisedIsAnError() {
            MemoryTun tun = MemoryTun.builder().open();
            fill(
                    PacketBuilder.between(ONE, TWO)
                            .tcp()
                            .ack(1)
                            .payload(new byte[5000])
                            .superSegment(1460),
                    40);
            assertThatThrownBy(() -> tun.queue(0).write(outbound)).isInstanceOf(IllegalStateException.class);
            fill(packet(1461), 40);
            assertThatThrownBy(() -> tun.queue(0).write(outbound)).isInstanceOf(IllegalStateException.class);
            fill(PacketBuilder.between(ONE, TWO).tcp().partialChecksum().packet(), 40);
            assertThatThrownBy(() -> tun.queue(0).write(outbound)).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void refusedWritesAreLostAndCounted() throws IOException {
            MemoryTun tun = MemoryTun.builder().open();
            tun.memoryQueue(0).refuseWrites(() -> true);
            fill(packet(10), 40);
            assertThat(tun.queue(0).write(outbound)).isFalse();
            assertThat(tun.takeWritten()).isEmpty();
            assertThat(tun.memoryQueue(0).refused()).isEqualTo(1);
        }
    }

    @Nested
    class WithSeveralQueues {
        @Test
        void bothDirectionsOfAFlowMeetAndFlowsAreSpread() {
            int[] perQueue = new int[4];
            for (int port = 1; port <= 400; port++) {
                InetSocketAddress client = new InetSocketAddress(ONE.getAddress(), port);
                byte[] there = PacketBuilder.between(client, TWO).tcp().build();
                byte[] back = PacketBuilder.between(TWO, client).tcp().build();
                assertThat(MemoryTun.flowHash(there)).isEqualTo(MemoryTun.flowHash(back));
                perQueue[Math.floorMod(MemoryTun.flowHash(there), 4)]++;
            }
            assertThat(perQueue).satisfies(counts -> {
                for (int count : counts) {
                    assertThat(count).isBetween(60, 140);
                }
            });
        }

        @Test
        void thoseThatRestGetNothingAndLoseWhatWaited() throws IOException {
            MemoryTun tun = MemoryTun.builder().queues(2).open();
            assertThat(tun.canRestQueues()).isTrue();
            assertThat(tun.serving()).isEqualTo(2);
            tun.inject(1, packet(1));

            tun.serve(1);
            for (int port = 1; port <= 50; port++) {
                tun.inject(PacketBuilder.between(new InetSocketAddress(ONE.getAddress(), port), TWO)
                        .tcp()
                        .packet());
            }

            assertThat(tun.memoryQueue(1).overflowed()).isEqualTo(1);
            tun.queue(1).read(burst);
            assertThat(burst.count()).isZero();
            tun.queue(0).read(burst);
            assertThat(burst.count()).isEqualTo(50);
        }

        @Test
        void oneAloneCannotRest() {
            MemoryTun tun = MemoryTun.builder().open();

            assertThat(tun.canRestQueues()).isFalse();
            assertThatThrownBy(() -> tun.serve(0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> tun.serve(2)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class WithRealThreads {
        @Test
        @Timeout(30)
        void nothingIsLostBetweenInjectorsAndAReader() throws Exception {
            MemoryTun tun = MemoryTun.builder().queueLength(100_000).open();
            List<Thread> injectors = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                injectors.add(Thread.ofPlatform().start(() -> {
                    for (int n = 0; n < 5_000; n++) {
                        tun.inject(packet(0));
                    }
                }));
            }
            java.util.concurrent.Semaphore readable = new java.util.concurrent.Semaphore(0);
            tun.queue(0).onReadable(readable::release);
            int read = 0;
            while (read < 20_000) {
                readable.acquire();
                boolean hasMore = true;
                while (hasMore) {
                    hasMore = tun.queue(0).read(burst);
                    read += burst.count();
                    burst.clear();
                }
            }
            for (Thread injector : injectors) {
                injector.join();
            }
            assertThat(read).isEqualTo(20_000);
        }
    }

    @Nested
    class ForTheProvider {
        private TunRequest request(String name) {
            TunSettings defaults = TunSettings.DEFAULT;
            TunSettings settings = new TunSettings(
                    name,
                    1400,
                    Optional.empty(),
                    Optional.empty(),
                    defaults.icmp(),
                    Optional.empty(),
                    Optional.empty(),
                    defaults.offload(),
                    defaults.tcpRefusal(),
                    defaults.tcpAccept());
            return new TunRequest(settings, 3, TunQueue.NO_DESCRIPTOR);
        }

        @Test
        void onlyNamesWithThePrefixAreServed() {
            SimTunProvider provider = new SimTunProvider();
            assertThat(provider.supports(request("sim:x"))).isTrue();
            assertThat(provider.supports(request("tun0"))).isFalse();
            assertThat(provider.supports(new TunRequest(request("sim:x").settings(), 1, 7)))
                    .isFalse();
        }

        @Test
        void anOpenDeviceIsFoundByNameUntilItIsClosed() throws IOException {
            SimTunProvider provider = new SimTunProvider();
            try (var device = provider.open(request("sim:one"))) {
                assertThat(SimTunProvider.device("sim:one")).hasValue((MemoryTun) device);
                assertThat(device.queueCount()).isEqualTo(3);
                assertThat(device.mtuBytes()).isEqualTo(1400);
                assertThat(device.queue(2).capabilities()).isEqualTo(ALL);
                assertThatThrownBy(() -> provider.open(request("sim:one"))).isInstanceOf(IOException.class);
            }
            assertThat(SimTunProvider.device("sim:one")).isEmpty();
        }

        @Test
        void theModuleOffersIt() {
            assertThat(SimTunProvider.class.getModule().getDescriptor().provides())
                    .anySatisfy(offer -> assertThat(offer.providers()).contains(SimTunProvider.class.getName()));
        }
    }
}
