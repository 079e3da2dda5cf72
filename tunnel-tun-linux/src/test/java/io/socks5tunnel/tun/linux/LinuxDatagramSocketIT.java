// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socks5tunnel.api.spi.DatagramBatch;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.UpstreamDatagramSocket;
import io.socks5tunnel.api.spi.UpstreamOptions;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Datagram sockets of the reactor against the kernel's. The test's thread is the shard.
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LinuxDatagramSocketIT {
    private static final UpstreamOptions PLAIN = new UpstreamOptions(0, false);
    private static final int RECEIVE_BUFFER_BYTES = 1 << 20;

    private LinuxReactor reactor;
    private DatagramSocket relay;
    private final ReadyEvents events = new ReadyEvents();
    private final Slab slab = new Slab();
    private final DatagramBatch batch = new DatagramBatch();

    @BeforeEach
    void open() throws IOException {
        reactor = LinuxReactor.open();
        relay = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        relay.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
    }

    @AfterEach
    void close() {
        reactor.close();
        relay.close();
    }

    private UpstreamDatagramSocket opened() throws IOException {
        return opened(relay);
    }

    private UpstreamDatagramSocket opened(DatagramSocket to) throws IOException {
        return reactor.openDatagrams(
                (InetSocketAddress) to.getLocalSocketAddress(), PLAIN, RECEIVE_BUFFER_BYTES, events);
    }

    /// Ranges of `length` bytes side by side in the slab.
    private void ranges(int count, int length) {
        batch.clear();
        for (int i = 0; i < count; i++) {
            assertThat(batch.add(slab, i * length, length)).isTrue();
        }
    }

    private int receiveSome(UpstreamDatagramSocket socket) throws IOException {
        int count = socket.receive(batch);
        while (count == 0) {
            reactor.await(Reactor.NO_DEADLINE);
            count = socket.receive(batch);
        }
        return count;
    }

    private byte[] relayReceives() throws IOException {
        var packet = new DatagramPacket(new byte[65_535], 65_535);
        relay.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private void relaySends(UpstreamDatagramSocket to, byte... bytes) throws IOException {
        relay.send(new DatagramPacket(bytes, bytes.length, to.localAddress()));
    }

    private byte[] receivedBytes(int index) {
        byte[] bytes = new byte[batch.length(index)];
        batch.slab(index).bytes().get(batch.offset(index), bytes);
        return bytes;
    }

    @Nested
    class Datagrams {
        @ParameterizedTest
        @ValueSource(ints = {0, 1, 1472, 1473, 8000, 65_507})
        void ofAnySizePassBothWays(int length) throws Exception {
            byte[] sent = new byte[length];
            new Random(length).nextBytes(sent);
            UpstreamDatagramSocket socket = opened();
            slab.bytes().put(0, sent);
            ranges(1, length);

            assertThat(socket.send(batch, 0)).isEqualTo(1);
            assertThat(relayReceives()).isEqualTo(sent);
            relaySends(socket, sent);
            batch.clear();
            batch.add(slab, 8, 65_535);

            assertThat(receiveSome(socket)).isEqualTo(1);
            assertThat(receivedBytes(0)).isEqualTo(sent);
        }

        @Test
        void passOverIpv6() throws Exception {
            try (var ipv6 = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0))) {
                UpstreamDatagramSocket socket = opened(ipv6);
                ranges(1, 10);
                socket.send(batch, 0);
                var packet = new DatagramPacket(new byte[100], 100);
                ipv6.receive(packet);

                assertThat(packet.getSocketAddress()).isEqualTo(socket.localAddress());
                ipv6.send(packet);
                assertThat(receiveSome(socket)).isEqualTo(1);
                assertThat(batch.length(0)).isEqualTo(10);
            }
        }

        @Test
        void goOutInOrderManyAtATime() throws Exception {
            UpstreamDatagramSocket socket = opened();
            ranges(DatagramBatch.MAX_DATAGRAMS, 100);
            for (int i = 0; i < DatagramBatch.MAX_DATAGRAMS; i++) {
                slab.bytes().put(i * 100, (byte) i);
            }

            assertThat(socket.send(batch, 3)).isEqualTo(DatagramBatch.MAX_DATAGRAMS - 3);
            for (int i = 3; i < DatagramBatch.MAX_DATAGRAMS; i++) {
                assertThat(relayReceives()).hasSize(100).startsWith((byte) i);
            }
        }

        @Test
        void ofTwoRangesAreSentAsOne() throws Exception {
            UpstreamDatagramSocket socket = opened();
            var header = new Slab();
            header.bytes().put(7, new byte[] {1, 2, 3});
            slab.bytes().put(100, new byte[] {4, 5});
            batch.add(header, 7, 3, slab, 100, 2);
            batch.add(slab, 100, 2);
            batch.add(header, 7, 3, slab, 100, 0);

            assertThat(socket.send(batch, 0)).isEqualTo(3);
            assertThat(relayReceives()).containsExactly(1, 2, 3, 4, 5);
            assertThat(relayReceives()).containsExactly(4, 5);
            assertThat(relayReceives()).containsExactly(1, 2, 3);
        }

        @Test
        void areReceivedInOrderOnePerRange() throws Exception {
            UpstreamDatagramSocket socket = opened();
            for (int i = 0; i < 10; i++) {
                relaySends(socket, new byte[i]);
            }
            int received = 0;
            while (received < 10) {
                ranges(4, 100);
                int count = receiveSome(socket);
                for (int i = 0; i < count; i++) {
                    assertThat(batch.length(i)).isEqualTo(received++);
                }
            }
            ranges(4, 100);
            assertThat(socket.receive(batch)).isZero();
        }

        @Test
        void thatDoNotFitAreCutOff() throws Exception {
            UpstreamDatagramSocket socket = opened();
            relaySends(socket, (byte) 1, (byte) 2, (byte) 3);
            ranges(1, 2);

            assertThat(receiveSome(socket)).isEqualTo(1);
            assertThat(receivedBytes(0)).containsExactly(1, 2);
        }

        @Test
        void ofOthersAreNotHeard() throws Exception {
            UpstreamDatagramSocket socket = opened();
            try (var other = new DatagramSocket()) {
                other.send(new DatagramPacket(new byte[1], 1, socket.localAddress()));
            }
            relaySends(socket, (byte) 7);
            ranges(2, 10);

            assertThat(receiveSome(socket)).isEqualTo(1);
            assertThat(receivedBytes(0)).containsExactly(7);
        }
    }

    @Nested
    class ManyAtATime {
        /// Those of one length in a row are one message that the kernel cuts.
        @ParameterizedTest
        @ValueSource(ints = {1, 64, 1200, 1472, 9000, 32_743})
        void ofMixedLengthsArriveOnceAndInOrder(int length) throws Exception {
            UpstreamDatagramSocket socket = opened();
            byte[] bytes = new byte[Slab.CAPACITY_BYTES];
            new Random(length).nextBytes(bytes);
            slab.bytes().put(0, bytes);
            int[] lengths = {length, length, length, length / 2, length, length + 1, length + 1, 0, 1, length, length};
            batch.clear();
            for (int i = 0; i < lengths.length; i++) {
                batch.add(slab, 7 * i, lengths[i]);
            }

            int sent = 0;
            while (sent < lengths.length) {
                int count = socket.send(batch, sent);
                assertThat(count).isPositive();
                for (int i = sent; i < sent + count; i++) {
                    assertThat(relayReceives()).isEqualTo(Arrays.copyOfRange(bytes, 7 * i, 7 * i + lengths[i]));
                }
                sent += count;
            }
            relay.setSoTimeout(1);
            assertThatThrownBy(LinuxDatagramSocketIT.this::relayReceives).isInstanceOf(SocketTimeoutException.class);
        }

        @Test
        void passOverIpv6() throws Exception {
            try (var ipv6 = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0))) {
                UpstreamDatagramSocket socket = opened(ipv6);
                ranges(20, 1200);
                assertThat(socket.send(batch, 0)).isEqualTo(20);
                var packet = new DatagramPacket(new byte[2000], 2000);
                for (int i = 0; i < 20; i++) {
                    ipv6.receive(packet);
                    assertThat(packet.getLength()).isEqualTo(1200);
                }
            }
        }

        /// The kernel cuts no message into pieces that it would have to fragment.
        @Test
        void arriveInFragmentsWhereThePathIsNarrow() throws Exception {
            OwnNamespace.run(() -> {
                OwnNamespace.ip("link", "set", "lo", "mtu", "1500");
                try (var own = LinuxReactor.open();
                        var here = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
                    here.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
                    UpstreamDatagramSocket socket =
                            own.openDatagrams((InetSocketAddress) here.getLocalSocketAddress(), PLAIN, 0, events);
                    int[] lengths = {1472, 1472, 1473, 1473, 1473, 3000, 3000, 100, 100, 1472, 1472};
                    batch.clear();
                    for (int length : lengths) {
                        batch.add(slab, 0, length);
                    }
                    int sent = 0;
                    while (sent < lengths.length) {
                        sent += socket.send(batch, sent);
                    }
                    var packet = new DatagramPacket(new byte[4000], 4000);
                    for (int length : lengths) {
                        here.receive(packet);
                        assertThat(packet.getLength()).isEqualTo(length);
                    }
                }
            });
        }
    }

    @Nested
    class Readiness {
        @Test
        void isToldAgainAfterTheSocketWasEmptied() throws Exception {
            UpstreamDatagramSocket socket = opened();
            for (int round = 0; round < 3; round++) {
                ranges(2, 10);
                relaySends(socket, (byte) round);
                assertThat(receiveSome(socket)).isEqualTo(1);
                assertThat(receivedBytes(0)).containsExactly(round);
            }
        }

        @Test
        void sparesTheCallThatWouldBlock() throws Exception {
            UpstreamDatagramSocket socket = opened();
            ranges(2, 10);
            assertThat(socket.receive(batch)).isZero();
            relaySends(socket, (byte) 1);

            // Without an event it does not look, though the datagram is there.
            assertThat(socket.receive(batch)).isZero();
            assertThat(receiveSome(socket)).isEqualTo(1);
        }

        @Test
        void isNotToldOfDatagramsThatHaveLeft() throws Exception {
            UpstreamDatagramSocket socket = opened();
            reactor.await(reactor.nowNanos());
            ranges(10, 10);
            for (int i = 0; i < 10; i++) {
                socket.send(batch, 0);
                relayReceives();
                reactor.await(reactor.nowNanos());
            }
            assertThat(events.told()).isZero();
        }

        /// A neighbour that does not answer keeps datagrams in the socket's buffer; one that appears takes them
        /// out.
        @Test
        void ofRoomIsToldToWhoFoundTheSocketFull() throws Exception {
            OwnNamespace.run(() -> {
                OwnNamespace.ip("link", "add", "v0", "type", "veth", "peer", "name", "v1");
                OwnNamespace.ip("addr", "add", "198.18.0.1/24", "dev", "v0");
                OwnNamespace.ip("link", "set", "v1", "up");
                OwnNamespace.ip("link", "set", "v0", "up");
                Files.writeString(Path.of("/proc/sys/net/ipv4/neigh/v0/unres_qlen_bytes"), "9000000");
                try (var own = LinuxReactor.open()) {
                    var target = new InetSocketAddress(InetAddress.ofLiteral("198.18.0.9"), 80);
                    UpstreamDatagramSocket socket = own.openDatagrams(target, PLAIN, 0, events);
                    ranges(40, 1000);
                    while (socket.send(batch, 0) == 40) {}
                    assertThat(socket.send(batch, 0)).isZero();
                    own.await(own.nowNanos());
                    assertThat(events.isWritable()).isFalse();

                    OwnNamespace.ip("neigh", "replace", "198.18.0.9", "lladdr", "02:00:00:00:00:09", "dev", "v0");
                    while (!events.isWritable()) {
                        own.await(Reactor.NO_DEADLINE);
                    }
                    assertThat(socket.send(batch, 0)).isEqualTo(40);
                }
            });
        }
    }

    @Nested
    class Failures {
        @Test
        void ofEarlierDatagramsAreToldAndDoNotEndTheSocket() throws Exception {
            UpstreamDatagramSocket socket = opened();
            var closed = (InetSocketAddress) relay.getLocalSocketAddress();
            relay.close();
            ranges(1, 10);
            socket.send(batch, 0);

            assertThatThrownBy(() -> receiveSome(socket))
                    .isInstanceOf(IOException.class)
                    .hasMessage("receiving from [127.0.0.1]:" + closed.getPort() + ": connection refused");
            relay = new DatagramSocket(closed);
            assertThat(socket.send(batch, 0)).isEqualTo(1);
            assertThat(relayReceives()).hasSize(10);
            relaySends(socket, (byte) 5);
            assertThat(receiveSome(socket)).isEqualTo(1);
        }

        @Test
        void areToldToASendToo() throws Exception {
            UpstreamDatagramSocket socket = opened();
            relay.close();
            ranges(1, 10);
            socket.send(batch, 0);

            assertThatThrownBy(() -> socket.send(batch, 0)).hasMessageEndingWith("connection refused");
            assertThat(socket.send(batch, 0)).isEqualTo(1);
        }

        @Test
        void doNotHideDatagramsThatCameBefore() throws Exception {
            UpstreamDatagramSocket socket = opened();
            relaySends(socket, (byte) 1);
            relaySends(socket, (byte) 2);
            relay.close();
            ranges(1, 10);
            socket.send(batch, 0);
            reactor.await(Reactor.NO_DEADLINE);
            int received = 0;
            int failures = 0;
            while (received < 2 || failures < 1) {
                ranges(8, 10);
                try {
                    received += receiveSome(socket);
                } catch (IOException _) {
                    failures++;
                }
            }
            assertThat(failures).isEqualTo(1);
        }

        @Test
        void ofDatagramsThatAreTooLongAreTold() throws Exception {
            UpstreamDatagramSocket socket = opened();
            ranges(1, 65_508);

            assertThatThrownBy(() -> socket.send(batch, 0)).hasMessageEndingWith("too long");
        }
    }

    @Nested
    class Opening {
        /// A route for all, and a rule that forbids marked packets to go anywhere.
        @Test
        void setsTheMark() throws Exception {
            OwnNamespace.run(() -> {
                try (var own = LinuxReactor.open();
                        var _ = LinuxTunIT.open("t0", 1)) {
                    OwnNamespace.ip("route", "add", "198.18.0.0/15", "dev", "t0");
                    OwnNamespace.ip("rule", "add", "fwmark", "438", "prohibit");
                    var target = new InetSocketAddress(InetAddress.ofLiteral("198.18.0.9"), 80);

                    own.openDatagrams(target, PLAIN, 0, events).close();
                    assertThatThrownBy(() -> own.openDatagrams(target, new UpstreamOptions(438, false), 0, events))
                            .hasMessage("connecting to [198.18.0.9]:80: permission denied");
                }
            });
        }

        @Test
        void setsTheReceiveBuffer() throws Exception {
            UpstreamDatagramSocket small =
                    reactor.openDatagrams((InetSocketAddress) relay.getLocalSocketAddress(), PLAIN, 4096, events);
            for (int i = 0; i < 100; i++) {
                relaySends(small, new byte[1000]);
            }
            ranges(64, 1000);

            assertThat(receiveSome(small)).isLessThan(10);
        }

        @Test
        void wantsAResolvedAddress() {
            assertThatThrownBy(() ->
                            reactor.openDatagrams(InetSocketAddress.createUnresolved("name", 1), PLAIN, 0, events))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("not resolved");
        }
    }

    @Nested
    class Closing {
        @Test
        void isHarmlessWhenRepeated() throws Exception {
            UpstreamDatagramSocket socket = opened();
            socket.close();
            socket.close();
            ranges(1, 10);

            assertThatThrownBy(() -> socket.send(batch, 0)).hasMessageEndingWith("is closed");
            assertThatThrownBy(socket::localAddress).hasMessageEndingWith("is closed");
        }

        @Test
        void ofTheReactorFreesThePort() throws Exception {
            InetSocketAddress local = opened().localAddress();
            reactor.close();

            new DatagramSocket(local).close();
        }
    }
}
