// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static io.socks5tunnel.tun.linux.OwnNamespace.ip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socks5tunnel.api.TunSettings;
import io.socks5tunnel.api.TunSettings.Offload;
import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.DatagramBatch;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.api.spi.TunDevice;
import io.socks5tunnel.api.spi.TunQueue;
import io.socks5tunnel.api.spi.TunRequest;
import io.socks5tunnel.api.spi.UpstreamDatagramSocket;
import io.socks5tunnel.api.spi.UpstreamOptions;
import io.socks5tunnel.tun.linux.nativecalls.DeviceCalls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real TUN devices, each in a network namespace of its own.
///
/// ```
///   thread of the test = application          LinuxTun = whoever answers
///   SocketChannel ── kernel's TCP ── t0 ───── TunQueue.read / write
///                198.18.0.1 /32   route 198.18.0.0/15
/// ```
class LinuxTunIT {
    private static final int MTU = 1400;
    private static final int MSS = MTU - 40;
    private static final int CAPACITY = 64;
    private static final int OUR_SEQ = 0x7fff_fff0;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final PacketBurst burst = new PacketBurst(new FreshSlabs(CAPACITY));

    static TunSettings settings(String name, Offload offload) {
        return settings(name, offload, Optional.empty());
    }

    private static TunSettings settings(String name, Offload offload, Optional<String> script) {
        return new TunSettings(
                name,
                MTU,
                Optional.of("198.18.0.1"),
                Optional.of("fd00:18::1"),
                TunSettings.Icmp.OFF,
                script,
                script,
                offload,
                TunSettings.TcpRefusal.EXACT,
                TunSettings.TcpAccept.AFTER_CONNECT);
    }

    private static TunDevice open(String name, int queues, Offload offload) throws IOException {
        return new LinuxTunProvider().open(new TunRequest(settings(name, offload), queues, TunQueue.NO_DESCRIPTOR));
    }

    static TunDevice open(String name, int queues) throws IOException {
        return open(name, queues, Offload.AUTO);
    }

    @Nested
    class TheDevice {
        @Test
        void isConfiguredAsAsked() throws Exception {
            OwnNamespace.run(() -> {
                try (TunDevice device = open("t0", 1)) {
                    assertThat(ip("-o", "address", "show", "dev", "t0"))
                            .contains("198.18.0.1/32")
                            .contains("fd00:18::1/128");
                    assertThat(ip("-o", "link", "show", "dev", "t0"))
                            .startsWith(device.index() + ": t0: ")
                            .contains("mtu 1400")
                            .contains(",UP")
                            .contains("qlen 4096");
                    assertThat(device.name()).isEqualTo("t0");
                    assertThat(device.mtuBytes()).isEqualTo(MTU);
                    assertThat(device.queueCount()).isEqualTo(1);
                    assertThat(device.description())
                            .isEqualTo("t0: MTU 1400, 1 queue, up to 4096 packets waiting,"
                                    + " checksum and TCP and UDP segmentation offload (IPv4, IPv6, ECN)");
                }
            });
        }

        @Test
        void isGoneAfterClose() throws Exception {
            OwnNamespace.run(() -> {
                TunDevice device = open("t0", 2);
                assertThat(ip("link", "show")).contains("t0");

                device.close();
                device.close();

                assertThat(ip("link", "show")).doesNotContain("t0");
                assertThatThrownBy(() -> device.queue(0).read(burst)).isInstanceOf(IOException.class);
            });
        }

        @Test
        void isNamedByTheKernelWithoutAName() throws Exception {
            OwnNamespace.run(() -> {
                try (TunDevice device = open("", 2)) {
                    assertThat(device.name()).isEqualTo("tun0");
                    assertThat(device.queueCount()).isEqualTo(2);
                }
            });
        }

        @Test
        void hasAsManyQueuesAsTheKernelGives() throws Exception {
            OwnNamespace.run(() -> {
                try (TunDevice device = open("t0", 300)) {
                    assertThat(device.queueCount()).isEqualTo(256);
                    assertThat(device.description()).contains("256 queues of 300 wanted");
                }
            });
        }

        @Test
        void failsAReadWhenItWasDeleted() throws Exception {
            OwnNamespace.run(() -> {
                try (TunDevice device = open("t0", 1)) {
                    ip("link", "delete", "t0");

                    assertThatThrownBy(() -> device.queue(0).read(burst))
                            .isInstanceOf(IOException.class)
                            .hasMessage("reading from t0: the device is gone");
                }
            });
        }

        @Test
        void losesPacketsWhileTheLinkIsDown() throws Exception {
            OwnNamespace.run(() -> {
                try (TunDevice device = open("t0", 1);
                        SocketChannel _ = connecting()) {
                    InboundPacket syn = nextSegment(device.queue(0));
                    ip("link", "set", "t0", "down");

                    assertThat(device.queue(0).write(TestSegment.answer(syn, TestSegment.ACK, 0, 0)))
                            .isFalse();
                }
            });
        }
    }

    @Nested
    class ThatIsThereAlready {
        @Test
        void isJoinedWithEitherKindOfQueue() throws Exception {
            OwnNamespace.run(() -> {
                ip("tuntap", "add", "mode", "tun", "name", "many", "multi_queue");
                ip("tuntap", "add", "mode", "tun", "name", "single");
                try (TunDevice many = open("many", 1);
                        TunDevice single = open("single", 4)) {
                    assertThat(many.queueCount()).isEqualTo(1);
                    assertThat(single.queueCount()).isEqualTo(1);
                    assertThat(single.description()).contains("1 queue of 4 wanted");
                }
                assertThat(ip("link", "show")).contains("many").contains("single");
            });
        }

        @Test
        void isRefusedWhenAnotherProgramHasIt() throws Exception {
            OwnNamespace.run(() -> {
                try (TunDevice _ = open("t0", 1)) {
                    assertThatThrownBy(() -> open("t0", 1))
                            .isInstanceOf(IOException.class)
                            .hasMessage("the name t0 is in use by another program");
                }
            });
        }

        @Test
        void isRefusedWhenItIsNoTun() throws Exception {
            OwnNamespace.run(() -> assertThatThrownBy(() -> open("lo", 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("belongs to an interface that is no TUN"));
        }

        @Test
        void isRefusedWhenItsNameIsTooLong() throws Exception {
            OwnNamespace.run(() -> assertThatThrownBy(() -> open("a-name-of-16-byt", 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("tunnel.name")
                    .hasMessageContaining("15"));
        }
    }

    @Nested
    class AGivenDescriptor {
        @Test
        void isUsedAsItIsAndLeftOpen() throws Exception {
            OwnNamespace.run(() -> {
                DeviceCalls calls = DeviceCalls.ofSystem();
                TunAttachment owner = new TunOpener(calls).open(settings("t0", Offload.AUTO), 1);
                int descriptor = owner.descriptors().getFirst();
                var request = new TunRequest(settings("ignored", Offload.AUTO), 4, descriptor);

                TunDevice device = new LinuxTunProvider().open(request);

                assertThat(device.name()).isEqualTo("t0");
                assertThat(device.queueCount()).isEqualTo(1);
                assertThat(device.queue(0).pollDescriptor()).isEqualTo(descriptor);
                assertThat(device.queue(0).capabilities().tcpSegmentation()).isTrue();
                assertThat(ip("-o", "address", "show", "dev", "t0")).doesNotContain("198.18.0.1");
                device.close();
                assertThat(ip("link", "show")).contains("t0");
                owner.close(calls);
                assertThat(ip("link", "show")).doesNotContain("t0");
            });
        }

        @Test
        void isRefusedWhenItIsNoTun() throws Exception {
            OwnNamespace.run(() -> {
                var request = new TunRequest(settings("t0", Offload.AUTO), 1, 0);
                assertThatThrownBy(() -> new LinuxTunProvider().open(request))
                        .isInstanceOf(IOException.class)
                        .hasMessageStartingWith("file descriptor 0 is no attached TUN device");
            });
        }
    }

    @Nested
    class Scripts {
        @TempDir
        Path directory;

        @Test
        void runBeforeAndAfterAndTheLastOneHasEndedWhenTheDeviceIsClosed() throws Exception {
            String script = script();
            Path seen = directory.resolve("seen");
            OwnNamespace.run(() -> {
                var settings = settings("t0", Offload.AUTO, Optional.of(script));
                TunDevice device = new LinuxTunProvider().open(new TunRequest(settings, 1, TunQueue.NO_DESCRIPTOR));
                int index = device.index();

                device.close();

                assertThat(Files.readAllLines(seen)).contains("t0 " + index);
                // the first one need not have come to its end, but it must not meet the end of its directory
                while (Files.readAllLines(seen).size() < 2) {
                    Thread.onSpinWait();
                }
            });
        }

        @Test
        void areNotRunForAGivenDescriptor() throws Exception {
            String script = script();
            OwnNamespace.run(() -> {
                DeviceCalls calls = DeviceCalls.ofSystem();
                TunAttachment owner = new TunOpener(calls).open(settings("t0", Offload.AUTO), 1);
                var settings = settings("t0", Offload.AUTO, Optional.of(script));
                int descriptor = owner.descriptors().getFirst();

                new LinuxTunProvider()
                        .open(new TunRequest(settings, 1, descriptor))
                        .close();

                owner.close(calls);
            });

            assertThat(directory.resolve("seen")).doesNotExist();
        }

        private String script() throws IOException {
            Path script = directory.resolve("script");
            Files.writeString(script, "#!/bin/sh\necho \"$1 $2\" >> '" + directory.resolve("seen") + "'\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
            return script.toString();
        }
    }

    @Nested
    class WithOffload {
        @Test
        void aSynComesWithAPartialChecksum() throws Exception {
            OwnNamespace.run(() -> {
                try (TunDevice device = open("t0", 1);
                        SocketChannel _ = connecting()) {
                    InboundPacket syn = nextSegment(device.queue(0));

                    assertThat(TestSegment.flags(syn)).isEqualTo(TestSegment.SYN);
                    assertThat(syn.checksum()).isEqualTo(ChecksumState.PARTIAL);
                    assertThat(syn.gsoType()).isEqualTo(GsoType.NONE);
                    assertThat(syn.gsoSizeBytes()).isZero();
                }
            });
        }

        /// What a client sends with `UDP_SEGMENT` comes whole, and does not leave its socket in pieces.
        @Test
        void theKernelSendsSuperDatagrams() throws Exception {
            OwnNamespace.run(() -> {
                try (TunDevice device = open("t0", 1);
                        LinuxReactor reactor = LinuxReactor.open()) {
                    ip("route", "add", "198.18.0.0/15", "dev", "t0");
                    UpstreamDatagramSocket client = reactor.openDatagrams(
                            new InetSocketAddress("198.18.0.9", 80), new UpstreamOptions(0, false), 0, _ -> {});
                    var batch = new DatagramBatch();
                    for (int i = 0; i < 5; i++) {
                        batch.add(new Slab(), 0, i < 4 ? 1200 : 700);
                    }
                    assertThat(client.send(batch, 0)).isEqualTo(5);

                    InboundPacket packet = next(device.queue(0), LinuxTunIT::isUdpOverIpv4);
                    assertThat(packet.gsoType()).isEqualTo(GsoType.UDP_L4);
                    assertThat(packet.gsoSizeBytes()).isEqualTo(1200);
                    assertThat(packet.length()).isEqualTo(20 + 8 + 4 * 1200 + 700);
                    assertThat(packet.checksum()).isEqualTo(ChecksumState.PARTIAL);
                }
            });
        }

        @Test
        void theKernelSendsAndTakesSuperSegments() throws Exception {
            OwnNamespace.run(() -> {
                try (TunDevice device = open("t0", 1);
                        SocketChannel client = connecting()) {
                    InboundPacket syn = nextSegment(device.queue(0));
                    int clientSeq = TestSegment.seq(syn) + 1;
                    device.queue(0)
                            .write(TestSegment.answer(syn, TestSegment.SYN | TestSegment.ACK, OUR_SEQ, clientSeq));
                    assertThat(client.finishConnect()).isTrue();

                    byte[] sent = randomBytes(10 * 500);
                    client.write(ByteBuffer.wrap(sent));
                    InboundPacket segment = nextSegmentWithPayload(device.queue(0));
                    assertThat(segment.gsoType()).isEqualTo(GsoType.TCP_V4);
                    assertThat(segment.gsoSizeBytes()).isBetween(1, MSS);
                    assertThat(TestSegment.payloadLength(segment)).isGreaterThan(segment.gsoSizeBytes());
                    assertThat(payloads(device.queue(0), sent.length)).isEqualTo(sent);

                    byte[] answer = randomBytes(20 * MSS + 7);
                    boolean isTaken = device.queue(0)
                            .write(TestSegment.superSegment(
                                    segment, OUR_SEQ + 1, clientSeq + sent.length, answer, 500));
                    assertThat(isTaken).isTrue();
                    assertThat(readAll(client, answer.length)).isEqualTo(answer);
                }
            });
        }
    }

    @Nested
    class WithoutOffload {
        @Test
        void packetsAreOrdinaryBothWays() throws Exception {
            OwnNamespace.run(() -> {
                try (TunDevice device = open("t0", 1, Offload.OFF);
                        SocketChannel client = connecting()) {
                    TunQueue queue = device.queue(0);
                    InboundPacket syn = nextSegment(queue);
                    int clientSeq = TestSegment.seq(syn) + 1;
                    assertThat(syn.checksum()).isEqualTo(ChecksumState.UNVERIFIED);
                    queue.write(TestSegment.answer(syn, TestSegment.SYN | TestSegment.ACK, OUR_SEQ, clientSeq));
                    assertThat(client.finishConnect()).isTrue();

                    client.write(ByteBuffer.wrap(randomBytes(10 * MSS)));
                    InboundPacket segment = nextSegmentWithPayload(queue);
                    assertThat(segment.gsoType()).isEqualTo(GsoType.NONE);
                    assertThat(segment.length()).isLessThanOrEqualTo(MTU);
                    assertThat(queue.capabilities()).isEqualTo(TunCapabilities.NONE);
                    assertThat(device.description()).endsWith("no offload (switched off)");
                    assertThat(queue.write(TestSegment.superSegment(segment, 0, 0, new byte[4 * MSS], MSS)))
                            .isFalse();
                }
            });
        }
    }

    @Nested
    class AFullBurst {
        @Test
        void leavesTheRestForTheNextRead() throws Exception {
            OwnNamespace.run(() -> {
                try (TunDevice device = open("t0", 1, Offload.OFF);
                        var socket = new DatagramSocket()) {
                    ip("route", "add", "198.18.0.0/15", "dev", "t0");
                    var datagram = new DatagramPacket(new byte[100], 100, new InetSocketAddress("198.18.0.9", 9));
                    for (int i = 0; i < PacketBurst.MAX_PACKETS + 10; i++) {
                        socket.send(datagram);
                    }

                    next(device.queue(0), _ -> burst.isFull());
                    assertThat(device.queue(0).read(burst)).isTrue();
                    assertThat(burst.count()).isEqualTo(PacketBurst.MAX_PACKETS);
                    burst.clear();
                    next(device.queue(0), _ -> burst.count() >= 10);
                    assertThat(device.queue(0).read(burst)).isFalse();
                }
            });
        }
    }

    private static boolean isUdpOverIpv4(InboundPacket packet) {
        return packet.bytes().get(packet.offset()) >> 4 == 4 && packet.bytes().get(packet.offset() + 9) == 17;
    }

    /// A client whose SYN is on its way to the device.
    private static SocketChannel connecting() throws Exception {
        ip("route", "add", "198.18.0.0/15", "dev", "t0");
        SocketChannel client = SocketChannel.open();
        client.configureBlocking(false);
        client.connect(new InetSocketAddress("198.18.0.9", 80));
        return client;
    }

    private InboundPacket nextSegment(TunQueue queue) throws IOException {
        return nextSegment(queue, 0);
    }

    private InboundPacket nextSegmentWithPayload(TunQueue queue) throws IOException {
        return nextSegment(queue, 1);
    }

    /// The kernel hands a packet over within the call that makes it, unless a processor that is just sending something
    /// of its own to the device takes it along: then a moment later.
    private InboundPacket nextSegment(TunQueue queue, int leastPayload) throws IOException {
        burst.clear();
        return next(queue, packet -> TestSegment.isTcp(packet) && TestSegment.payloadLength(packet) >= leastPayload);
    }

    /// The first one in the burst, which is read on until there is one.
    private InboundPacket next(TunQueue queue, Predicate<InboundPacket> isWanted) throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        do {
            queue.read(burst);
            for (int i = 0; i < burst.count(); i++) {
                if (isWanted.test(burst.packet(i))) {
                    return burst.packet(i);
                }
            }
        } while (queue.awaitReadable(Math.max(0, end - System.nanoTime())));
        throw new AssertionError("not among " + burst.count() + " packets");
    }

    /// Of all segments of the burst, which is read on until there are `length` bytes.
    private byte[] payloads(TunQueue queue, int length) throws IOException {
        next(queue, _ -> payloads().length >= length);
        return payloads();
    }

    private byte[] payloads() {
        var all = new ByteArrayOutputStream();
        for (int i = 0; i < burst.count(); i++) {
            InboundPacket packet = burst.packet(i);
            if (TestSegment.isTcp(packet)) {
                byte[] bytes = new byte[TestSegment.payloadLength(packet)];
                packet.bytes().get(TestSegment.payloadOffset(packet), bytes);
                all.writeBytes(bytes);
            }
        }
        return all.toByteArray();
    }

    private static byte[] readAll(SocketChannel client, int length) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(length);
        client.configureBlocking(true);
        while (into.hasRemaining() && client.read(into) >= 0) {
            // until all of it has come
        }
        return into.array();
    }

    private static byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        new Random(42).nextBytes(bytes);
        return bytes;
    }
}
