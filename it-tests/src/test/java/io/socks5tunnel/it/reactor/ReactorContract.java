// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socks5tunnel.api.spi.DatagramBatch;
import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.UpstreamDatagramSocket;
import io.socks5tunnel.api.spi.UpstreamSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a shard relies on in any reactor. A subclass per reactor says what is at the other end.
///
/// A lost event shows as a wait without end: hence a thread per test, to be left behind.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class ReactorContract extends ReactorFixture {
    @Nested
    class Connect {
        @Test
        void endsWithAToldWrite() throws Exception {
            UpstreamSocket socket = connected();

            assertThat(readiness.isWritable()).isTrue();
            assertThat(world.accept().remote()).isEqualTo(socket.localAddress());
        }

        @Test
        void saysThatItWasRefused() throws Exception {
            UpstreamSocket socket = reactor.connect(world.nobody(), PLAIN, readiness);
            turnUntil(readiness::isWritable);

            assertThatThrownBy(socket::finishConnect)
                    .isInstanceOf(IOException.class)
                    .hasMessageMatching("(?i).*refused.*");
            socket.close();
        }

        @Test
        void canBeGivenUp() throws Exception {
            UpstreamSocket socket = reactor.connect(world.server(), PLAIN, readiness);
            socket.abort();
            for (int i = 0; i < 5; i++) {
                world.turn();
            }
            assertThat(readiness.told()).isZero();
        }
    }

    @Nested
    class Streams {
        @Test
        void moveBytesBothWays() throws Exception {
            UpstreamSocket socket = connected();
            ReactorWorld.Stream peer = world.accept();

            assertThat(write(socket, (byte) 1, (byte) 2, (byte) 3)).isEqualTo(3);
            assertThat(taken(peer, 3)).containsExactly(1, 2, 3);
            peer.write(new byte[] {4, 5});
            assertThat(readSome(socket)).isEqualTo(2);
            assertThat(slab.bytes().get(1)).isEqualTo((byte) 5);
        }

        @Test
        void gatherAndScatterRanges() throws Exception {
            UpstreamSocket socket = connected();
            ReactorWorld.Stream peer = world.accept();
            var other = new Slab();
            slab.bytes().put(10, new byte[] {1, 2}).put(100, new byte[] {4});
            other.bytes().put(7, new byte[] {3});
            var out = new GatherList();
            out.add(slab, 10, 2);
            out.add(other, 7, 1);
            out.add(slab, 100, 1);

            assertThat(socket.write(out, true)).isEqualTo(4);
            assertThat(taken(peer, 4)).containsExactly(1, 2, 3, 4);
            peer.write(new byte[] {5, 6, 7, 8});
            turnUntil(readiness::isReadable);
            var in = new GatherList();
            in.add(other, 0, 1);
            in.add(slab, 50, 1);
            in.add(other, 60, 9);
            int count = socket.read(in);
            assertThat(count).isPositive();
            assertThat(other.bytes().get(0)).isEqualTo((byte) 5);
            if (count == 4) {
                assertThat(slab.bytes().get(50)).isEqualTo((byte) 6);
                assertThat(other.bytes().get(61)).isEqualTo((byte) 8);
            }
        }

        /// Both ways at once, far more than the buffers hold: every "would block" must be followed by readiness.
        @Test
        void moveManyBytesThroughFullBuffers() throws Exception {
            byte[] content = new byte[20 << 20];
            new Random(7).nextBytes(content);
            UpstreamSocket socket = connected();
            ReactorWorld.Stream peer = world.accept();
            var received = new ByteArrayOutputStream();
            int sent = 0;
            int blocked = 0;
            while (received.size() < content.length) {
                int length = Math.min(60_000, content.length - sent);
                slab.bytes().put(0, content, sent, length);
                int count = length == 0 ? 0 : socket.write(range(0, length), false);
                sent += count;
                if (count == 0) {
                    blocked++;
                    world.turn();
                    received.writeBytes(peer.take());
                }
            }
            assertThat(received.toByteArray()).isEqualTo(content);
            assertThat(blocked).isPositive();
        }

        @Test
        void tellReadinessAgainOnlyAfterWouldBlock() throws Exception {
            UpstreamSocket socket = connected();
            ReactorWorld.Stream peer = world.accept();
            for (int round = 0; round < 3; round++) {
                assertThat(socket.read(range(0, 100))).isZero();
                readiness.clear();
                peer.write(new byte[10]);
                turnUntil(readiness::isReadable);
                assertThat(socket.read(range(0, 100))).isEqualTo(10);
            }
        }

        @Test
        void areReadToTheEndAfterAHalfClose() throws Exception {
            UpstreamSocket socket = connected();
            ReactorWorld.Stream peer = world.accept();
            socket.shutdownOutput();
            while (!peer.hasEnded()) {
                world.turn();
                peer.take();
            }
            peer.write(new byte[10]);

            assertThat(readSome(socket)).isEqualTo(10);
            peer.shutdownOutput();
            assertThat(readSome(socket)).isEqualTo(-1);
        }

        /// FIN came together with the last data: no further event tells of it.
        @Test
        void endEvenIfTheEndCameWithTheData() throws Exception {
            UpstreamSocket socket = connected();
            ReactorWorld.Stream peer = world.accept();
            peer.write(new byte[10]);
            peer.close();
            readiness.clear();
            turnUntil(readiness::isReadable);
            for (int i = 0; i < 5; i++) {
                world.turn();
            }
            assertThat(socket.read(range(0, 100))).isEqualTo(10);
            assertThat(readSome(socket)).isEqualTo(-1);
        }

        @Test
        void sayThatTheOtherEndHasReset() throws Exception {
            UpstreamSocket socket = connected();
            ReactorWorld.Stream peer = world.accept();
            socket.read(range(0, 100));
            readiness.clear();
            peer.reset();
            turnUntil(readiness::isReadable);

            assertThatThrownBy(() -> socket.read(range(0, 100)))
                    .isInstanceOf(IOException.class)
                    .hasMessageMatching("(?i).*reset.*");
            socket.close();
        }

        @Test
        void tellTheOtherEndOfAnAbort() throws Exception {
            UpstreamSocket socket = connected();
            ReactorWorld.Stream peer = world.accept();
            socket.abort();
            socket.abort();

            assertThatThrownBy(() -> {
                        while (!peer.hasEnded()) {
                            world.turn();
                            peer.take();
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> socket.read(range(0, 1))).isInstanceOf(IOException.class);
        }

        @Test
        void endInGoodOrderOnClose() throws Exception {
            UpstreamSocket socket = connected();
            ReactorWorld.Stream peer = world.accept();
            write(socket, (byte) 9);
            socket.close();
            socket.close();
            var all = new ByteArrayOutputStream();
            while (!peer.hasEnded()) {
                world.turn();
                all.writeBytes(peer.take());
            }
            assertThat(all.toByteArray()).containsExactly(9);
        }

        @Test
        void closeWithTheReactor() throws Exception {
            connected();
            ReactorWorld.Stream peer = world.accept();
            reactor.close();
            reactor.close();
            // the reactor's own clock stands still now, so the simulated one is turned by what is left of it
            boolean hasEnded = false;
            for (int i = 0; i < 1_000 && !hasEnded; i++) {
                try {
                    peer.take();
                    hasEnded = peer.hasEnded();
                    turnAfterClose();
                } catch (IOException e) {
                    hasEnded = true;
                }
            }
            assertThat(hasEnded).isTrue();
        }
    }

    /// Lets time pass for the other end when the reactor is closed.
    abstract void turnAfterClose() throws IOException;

    @Nested
    class Datagrams {
        private final DatagramBatch batch = new DatagramBatch();

        private void ranges(int count, int length) {
            batch.clear();
            for (int i = 0; i < count; i++) {
                batch.add(slab, i * length, length);
            }
        }

        private UpstreamDatagramSocket opened(ReactorWorld.Datagrams relay) throws IOException {
            return reactor.openDatagrams(relay.local(), PLAIN, 1 << 20, readiness);
        }

        private int receiveSome(UpstreamDatagramSocket socket) throws IOException {
            int count = socket.receive(batch);
            while (count == 0) {
                readiness.clear();
                turnUntil(readiness::isReadable);
                count = socket.receive(batch);
            }
            return count;
        }

        private byte[] next(ReactorWorld.Datagrams relay) throws IOException {
            byte[] datagram = relay.receive();
            while (datagram == null) {
                world.turn();
                datagram = relay.receive();
            }
            return datagram;
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void passBothWaysInEitherFamily(boolean isIpv4) throws Exception {
            ReactorWorld.Datagrams relay = world.openDatagrams(isIpv4);
            UpstreamDatagramSocket socket = opened(relay);
            byte[] content = new byte[60_000];
            new Random(3).nextBytes(content);
            slab.bytes().put(0, content);
            for (int length : new int[] {1, 1472, 1473, 60_000}) {
                batch.clear();
                batch.add(slab, 0, length);
                assertThat(socket.send(batch, 0)).isEqualTo(1);
                byte[] came = next(relay);
                assertThat(came).isEqualTo(Arrays.copyOf(content, length));
                relay.send(socket.localAddress(), came);
                ranges(1, 65_000);
                assertThat(receiveSome(socket)).isEqualTo(1);
                assertThat(batch.length(0)).isEqualTo(length);
            }
        }

        @Test
        void keepTheirOrderAndTheirRanges() throws Exception {
            ReactorWorld.Datagrams relay = world.openDatagrams(true);
            UpstreamDatagramSocket socket = opened(relay);
            var header = new Slab();
            header.bytes().put(3, new byte[] {1, 2});
            for (int i = 0; i < 10; i++) {
                slab.bytes().put(i, (byte) i);
                batch.add(header, 3, 2, slab, i, 1);
            }
            int sent = 2;
            while (sent < 10) {
                sent += socket.send(batch, sent);
            }
            for (int i = 2; i < 10; i++) {
                assertThat(next(relay)).containsExactly(1, 2, i);
            }
        }

        @Test
        void areReceivedInOrderOnePerRange() throws Exception {
            ReactorWorld.Datagrams relay = world.openDatagrams(true);
            UpstreamDatagramSocket socket = opened(relay);
            for (int i = 0; i < 10; i++) {
                relay.send(socket.localAddress(), new byte[i]);
            }
            int received = 0;
            while (received < 10) {
                ranges(4, 5);
                int count = receiveSome(socket);
                for (int i = 0; i < count; i++) {
                    assertThat(batch.length(i)).isEqualTo(Math.min(5, received++));
                }
            }
            ranges(1, 5);
            assertThat(socket.receive(batch)).isZero();
        }

        @Test
        void ofOthersAreNotHeard() throws Exception {
            ReactorWorld.Datagrams relay = world.openDatagrams(true);
            UpstreamDatagramSocket socket = opened(relay);
            world.openDatagrams(true).send(socket.localAddress(), new byte[1]);
            relay.send(socket.localAddress(), new byte[2]);
            ranges(4, 10);

            assertThat(receiveSome(socket)).isEqualTo(1);
            assertThat(batch.length(0)).isEqualTo(2);
        }

        @Test
        void thatNobodyTakesAreToldAndTheSocketGoesOn() throws Exception {
            ReactorWorld.Datagrams relay = world.openDatagrams(true);
            UpstreamDatagramSocket socket = opened(relay);
            relay.close();
            ranges(1, 10);
            socket.send(batch, 0);

            assertThatThrownBy(() -> receiveSome(socket)).isInstanceOf(IOException.class);
            assertThat(socket.receive(batch)).isZero();
            assertThat(socket.send(batch, 0)).isEqualTo(1);
        }

        @Test
        void comeToNobodyAfterAClose() throws Exception {
            ReactorWorld.Datagrams relay = world.openDatagrams(true);
            UpstreamDatagramSocket socket = opened(relay);
            relay.send(socket.localAddress(), new byte[1]);
            socket.close();
            socket.close();
            for (int i = 0; i < 5; i++) {
                world.turn();
            }
            assertThat(readiness.told()).isZero();
            ranges(1, 10);
            assertThatThrownBy(() -> socket.send(batch, 0)).isInstanceOf(IOException.class);
        }
    }

    @Nested
    class Names {
        private final List<List<InetAddress>> answers = new ArrayList<>();

        @Test
        void areResolvedWhileTheShardWaits() throws Exception {
            reactor.resolve(world.knownName(), answers::add);
            assertThat(answers).isEmpty();
            turnUntil(() -> !answers.isEmpty());

            assertThat(answers.getFirst()).isNotEmpty();
            assertThat(answers).hasSize(1);
        }

        @Test
        void thatDoNotExistGiveNothing() throws Exception {
            reactor.resolve("no such name.invalid", answers::add);
            turnUntil(() -> !answers.isEmpty());

            assertThat(answers.getFirst()).isEmpty();
        }
    }

    @Nested
    class Waiting {
        @Test
        void returnsAtOnceWhenTheDeadlineHasPassed() throws Exception {
            reactor.await(reactor.nowNanos() - 1);
            reactor.await(Long.MIN_VALUE / 4);

            assertThat(readiness.told()).isZero();
        }

        @Test
        void doesNotBeginAfterAWakeUp() throws Exception {
            reactor.wakeup();
            reactor.wakeup();
            reactor.await(Reactor.NO_DEADLINE);
        }

        @Test
        void isHarmlesslyWokenAfterTheClose() {
            reactor.close();
            reactor.wakeup();
        }

        @Test
        void tellsOfAQueueThatCalls() throws Exception {
            var queue = new CallingQueue();
            reactor.watch(queue, readiness);
            reactor.await(reactor.nowNanos());
            assertThat(readiness.told()).isZero();

            queue.call();
            turnUntil(readiness::isReadable);
            reactor.await(reactor.nowNanos());
            assertThat(readiness.told()).isEqualTo(1);
        }
    }

    @Test
    void entropyDiffersFromCallToCall() {
        byte[] first = new byte[32];
        byte[] second = new byte[32];
        reactor.fillWithEntropy(first);
        reactor.fillWithEntropy(second);

        assertThat(first).isNotEqualTo(second);
    }

    @Test
    void anUnknownAddressIsRefusedAtOnce() {
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("name", 1);

        assertThatThrownBy(() -> {
                    UpstreamSocket socket = reactor.connect(unresolved, PLAIN, readiness);
                    turnUntil(readiness::isWritable);
                    socket.finishConnect();
                })
                .isInstanceOf(IOException.class);
    }
}
