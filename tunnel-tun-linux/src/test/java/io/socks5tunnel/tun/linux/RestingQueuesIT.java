// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static io.socks5tunnel.tun.linux.OwnNamespace.ip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socks5tunnel.api.TunSettings;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.TunDevice;
import io.socks5tunnel.api.spi.TunQueue;
import io.socks5tunnel.api.spi.TunRequest;
import io.socks5tunnel.tun.linux.nativecalls.CallerCapabilities;
import io.socks5tunnel.tun.linux.nativecalls.DeviceCalls;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What this kernel does with queues that are detached: on what the engine's shards rely.
class RestingQueuesIT {
    private static final int DATAGRAMS = 64;
    private static final int FIRST_PORT = 9_000;
    private static final byte[] CLIENT = {(byte) 198, 18, 0, 1};
    private static final byte[] SERVER = {(byte) 198, 18, 0, 9};

    private final PacketBurst burst = new PacketBurst(new FreshSlabs(64));

    private static TunDevice open(int queues) throws Exception {
        TunDevice device = LinuxTunIT.open("t0", queues);
        ip("route", "add", "198.18.0.0/15", "dev", "t0");
        return device;
    }

    /// To as many ports, so that the kernel spreads them.
    private static void send(DatagramSocket socket) throws IOException {
        for (int i = 0; i < DATAGRAMS; i++) {
            socket.send(new DatagramPacket(
                    new byte[1], 1, new InetSocketAddress(InetAddress.getByAddress(SERVER), FIRST_PORT + i)));
        }
    }

    /// Reads until `wanted` datagrams came out of the queues; how many each gave. They need not be there when `send`
    /// returns: a processor that is just sending something of its own to the device takes them along.
    private int[] drainAll(int wanted, TunQueue... queues) throws IOException {
        int[] datagrams = new int[queues.length];
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (Arrays.stream(datagrams).sum() < wanted && System.nanoTime() < end) {
            for (int i = 0; i < queues.length; i++) {
                datagrams[i] += drain(queues[i]);
            }
        }
        return datagrams;
    }

    /// Datagrams that wait in a queue; a device that has just come up sends others, too.
    private int drain(TunQueue queue) throws IOException {
        int datagrams = 0;
        boolean hasMore = true;
        while (hasMore) {
            hasMore = queue.read(burst);
            for (int i = 0; i < burst.count(); i++) {
                ByteBuffer bytes = burst.packet(i).bytes();
                int at = burst.packet(i).offset();
                datagrams += bytes.get(at) == 0x45 && bytes.get(at + 9) == 17 ? 1 : 0;
            }
            burst.clear();
        }
        return datagrams;
    }

    /// A datagram of one byte to the client's socket. Its checksums are complete, the second one by being absent.
    private static OutboundPacket datagramTo(DatagramSocket socket) {
        OutboundPacket packet = new OutboundPacket(new Slab());
        packet.reset();
        ByteBuffer bytes = packet.headerSlab().bytes();
        int at = packet.headerOffset();
        bytes.putInt(at, 0x4500_001d).putInt(at + 4, 0).putInt(at + 8, 0x4011_0000);
        bytes.put(at + 12, SERVER).put(at + 16, CLIENT);
        int sum = 0;
        for (int i = 0; i < 20; i += 2) {
            sum += Short.toUnsignedInt(bytes.getShort(at + i));
        }
        bytes.putShort(at + 10, (short) ~(sum + (sum >> 16)));
        bytes.putShort(at + 20, (short) FIRST_PORT).putShort(at + 22, (short) socket.getLocalPort());
        bytes.putInt(at + 24, 9 << 16).put(at + 28, (byte) 'y');
        packet.headerLength(29);
        return packet;
    }

    @Test
    void onlyThoseThatServeGetPackets() throws Exception {
        OwnNamespace.run(() -> {
            try (TunDevice device = open(3);
                    var socket = new DatagramSocket()) {
                assertThat(device.canRestQueues()).isTrue();
                device.serve(2);
                send(socket);
                assertThat(Arrays.stream(drainAll(DATAGRAMS, device.queue(0), device.queue(1)))
                                .sum())
                        .isEqualTo(DATAGRAMS);
                assertThat(drain(device.queue(2))).isZero();

                device.serve(1);
                send(socket);
                assertThat(drainAll(DATAGRAMS, device.queue(0))).containsExactly(DATAGRAMS);
                assertThat(ip("-d", "link", "show", "t0"))
                        .contains("numqueues 1")
                        .contains("numdisabled 2");

                device.serve(3);
                send(socket);
                assertThat(drainAll(DATAGRAMS, device.queue(0), device.queue(1), device.queue(2)))
                        .doesNotContain(0);
            }
        });
    }

    @Test
    void whatWaitedIsLost() throws Exception {
        OwnNamespace.run(() -> {
            try (TunDevice device = open(2);
                    var socket = new DatagramSocket()) {
                send(socket);
                assertThat(device.queue(1).awaitReadable(TimeUnit.SECONDS.toNanos(20)))
                        .isTrue();
                device.serve(1);

                assertThat(drain(device.queue(1))).isZero();
                assertThat(drainAll(1, device.queue(0))[0]).isBetween(1, DATAGRAMS - 1);
            }
        });
    }

    /// Shards out of service answer their flows by their own queues. The daemon has no capability by then.
    @Test
    void whoRestsCanBeWrittenToAndNoRightIsNeeded() throws Exception {
        OwnNamespace.run(() -> {
            try (TunDevice device = open(2);
                    var socket = new DatagramSocket(0, InetAddress.getByAddress(CLIENT))) {
                CallerCapabilities.drop();
                socket.setSoTimeout(20_000);
                device.serve(1);

                for (int i = 0; i < 2; i++) {
                    assertThat(device.queue(i).write(datagramTo(socket))).isTrue();
                    var received = new DatagramPacket(new byte[9], 9);
                    socket.receive(received);
                    assertThat(received.getData()[0]).isEqualTo((byte) 'y');
                    assertThat(received.getPort()).isEqualTo(FIRST_PORT);
                }
                device.serve(2);
            }
        });
    }

    /// Neither an error nor a hang-up while it rests, and an edge for the first packet after that.
    @Test
    void isWatchedWithoutBeingRegisteredAnew() throws Exception {
        OwnNamespace.run(() -> {
            try (TunDevice device = open(2);
                    var socket = new DatagramSocket();
                    LinuxReactor reactor = LinuxReactor.open()) {
                var edges = new AtomicInteger();
                reactor.watch(device.queue(1), _ -> edges.incrementAndGet());
                for (int i = 0; i < 3; i++) {
                    device.serve(1);
                    reactor.await(reactor.nowNanos());
                    drain(device.queue(1));
                    edges.set(0);
                    send(socket);
                    reactor.await(reactor.nowNanos() + TimeUnit.MILLISECONDS.toNanos(1));
                    assertThat(edges).hasValue(0);

                    device.serve(2);
                    send(socket);
                    reactor.await(reactor.nowNanos() + TimeUnit.SECONDS.toNanos(20));
                    assertThat(edges).hasPositiveValue();
                    drain(device.queue(0));
                    assertThat(drain(device.queue(1))).isPositive();
                }
            }
        });
    }

    @Test
    void aDeviceWithOneQueueCannot() throws Exception {
        OwnNamespace.run(() -> {
            try (TunDevice device = open(1)) {
                assertThat(device.canRestQueues()).isFalse();
            }
        });
    }

    @Test
    void descriptorsOfOthersAreGivenBackAttached() throws Exception {
        OwnNamespace.run(() -> {
            DeviceCalls calls = DeviceCalls.ofSystem();
            TunSettings settings = LinuxTunIT.settings("t0", TunSettings.Offload.AUTO);
            TunAttachment owner = new TunOpener(calls).open(settings, 2);
            TunDevice device = new LinuxTunProvider().open(new TunRequest(settings, 2, owner.descriptors()));

            device.serve(1);
            assertThat(ip("-d", "link", "show", "t0")).contains("numqueues 1");
            device.close();

            assertThat(ip("-d", "link", "show", "t0")).contains("numqueues 2");
            owner.close(calls);
        });
    }

    /// At any moment: whoever changes something then is told, and nothing is left.
    @Test
    void aDeviceCanBeClosedWhileQueuesComeAndGo() throws Exception {
        OwnNamespace.run(() -> {
            for (int i = 0; i < 20; i++) {
                TunDevice device = LinuxTunIT.open("t0", 4);
                var changes = new AtomicInteger();
                CompletableFuture<String> end = CompletableFuture.supplyAsync(() -> changeUntilClosed(device, changes));
                while (changes.get() < i) {
                    Thread.onSpinWait();
                }
                device.close();

                assertThat(end.get(20, TimeUnit.SECONDS)).isEqualTo("t0 is closed");
                assertThat(ip("link", "show")).doesNotContain("t0");
                assertThatThrownBy(() -> device.serve(1)).hasMessage("t0 is closed");
            }
        });
    }

    private static String changeUntilClosed(TunDevice device, AtomicInteger changes) {
        try {
            while (true) {
                device.serve(1 + changes.getAndIncrement() % 4);
            }
        } catch (IOException e) {
            return e.getMessage();
        }
    }
}
