// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.reactor;

import io.socks5tunnel.api.spi.DatagramBatch;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.ReactorProvider;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.UpstreamDatagramSocket;
import io.socks5tunnel.api.spi.UpstreamOptions;
import io.socks5tunnel.threads.nio.NioReactorProvider;
import io.socks5tunnel.tun.linux.LinuxReactorProvider;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.List;

/// What a datagram costs by reactor and by datagrams per call, to be run by hand. CPU time of the calling thread, over
/// the loopback interface: a send therefore includes the kernel's delivery to the other socket.
final class DatagramCost {
    private static final int ROUNDS = 9;
    private static final int BURSTS_PER_ROUND = 200;
    private static final int BURST = 64;

    private DatagramCost() {}

    public static void main(String[] arguments) throws IOException {
        for (int length : new int[] {64, 1200}) {
            for (ReactorProvider provider : List.of(new LinuxReactorProvider(), new NioReactorProvider())) {
                for (int perCall : new int[] {1, 10, 64}) {
                    try (Side side = new Side(provider, length, perCall)) {
                        side.print();
                    }
                }
            }
        }
    }

    private static final class Side implements AutoCloseable {
        private final String name;
        private final int length;
        private final int perCall;
        private final Reactor reactor;
        private final DatagramChannel relay;
        private final UpstreamDatagramSocket socket;
        private final InetSocketAddress local;
        private final DatagramBatch batch = new DatagramBatch();
        private final Slab slab = new Slab();
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(2048);
        private final com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        private long allocatedBytes;

        Side(ReactorProvider provider, int length, int perCall) throws IOException {
            name = provider.name();
            this.length = length;
            this.perCall = perCall;
            reactor = provider.open();
            relay = DatagramChannel.open();
            relay.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            relay.configureBlocking(false);
            socket = reactor.openDatagrams(
                    (InetSocketAddress) relay.getLocalAddress(), new UpstreamOptions(0, false), 1 << 20, _ -> {});
            local = socket.localAddress();
        }

        void print() throws IOException {
            double[] sends = new double[ROUNDS];
            double[] receives = new double[ROUNDS];
            for (int round = -5; round < ROUNDS; round++) {
                if (round == 0) {
                    allocatedBytes = 0;
                }
                double send = sendRound();
                double receive = receiveRound();
                if (round >= 0) {
                    sends[round] = send;
                    receives[round] = receive;
                }
            }
            double datagrams = 2.0 * ROUNDS * BURSTS_PER_ROUND * BURST;
            double allocated = allocatedBytes / datagrams;
            Arrays.sort(sends);
            Arrays.sort(receives);
            System.out.printf(
                    "%-5s %4d bytes, %2d per call: send %5.0f ns, receive %5.0f ns, %.0f bytes allocated%n",
                    name, length, perCall, sends[ROUNDS / 2], receives[ROUNDS / 2], allocated);
        }

        private void fill() {
            batch.clear();
            for (int i = 0; i < perCall; i++) {
                batch.add(slab, i * 1000, length);
            }
        }

        private double sendRound() throws IOException {
            long nanos = 0;
            int sent = 0;
            for (int burst = 0; burst < BURSTS_PER_ROUND; burst++) {
                long allocatedBefore = threads.getCurrentThreadAllocatedBytes();
                long before = threads.getCurrentThreadCpuTime();
                for (int left = BURST; left > 0; left -= perCall) {
                    fill();
                    sent += socket.send(batch, 0);
                }
                nanos += threads.getCurrentThreadCpuTime() - before;
                allocatedBytes += threads.getCurrentThreadAllocatedBytes() - allocatedBefore;
                do {
                    buffer.clear();
                } while (relay.receive(buffer) != null);
            }
            return (double) nanos / sent;
        }

        private double receiveRound() throws IOException {
            long nanos = 0;
            int received = 0;
            for (int burst = 0; burst < BURSTS_PER_ROUND; burst++) {
                for (int i = 0; i < BURST; i++) {
                    relay.send(buffer.clear().limit(length), local);
                }
                long allocatedBefore = threads.getCurrentThreadAllocatedBytes();
                long before = threads.getCurrentThreadCpuTime();
                reactor.await(reactor.nowNanos());
                int count;
                do {
                    fill();
                    count = socket.receive(batch);
                    received += count;
                } while (count > 0);
                nanos += threads.getCurrentThreadCpuTime() - before;
                allocatedBytes += threads.getCurrentThreadAllocatedBytes() - allocatedBefore;
            }
            return (double) nanos / received;
        }

        @Override
        public void close() throws IOException {
            reactor.close();
            relay.close();
        }
    }
}
