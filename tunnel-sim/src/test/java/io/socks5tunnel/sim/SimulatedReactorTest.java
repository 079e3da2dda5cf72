// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.ReadyHandler;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.UpstreamOptions;
import io.socks5tunnel.api.spi.UpstreamSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SimulatedReactorTest {
    private static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 1080);
    private static final UpstreamOptions OPTIONS = new UpstreamOptions(0, false);

    private final VirtualClock clock = new VirtualClock(1_000);
    private final SimNetwork network = new SimNetwork(clock, new SeededRandom(1).fork("network"));
    private final SimulatedReactor reactor = new SimulatedReactor(network, new SeededRandom(1).fork("reactor"));
    private final List<Integer> told = new ArrayList<>();
    private final List<SimConnection> accepted = new ArrayList<>();
    private final Slab slab = new Slab();

    private UpstreamSocket connect() throws IOException {
        network.listen(SERVER, accepted::add);
        return reactor.connect(SERVER, OPTIONS, told::add);
    }

    private UpstreamSocket connected() throws IOException {
        UpstreamSocket socket = connect();
        settle();
        assertThat(socket.finishConnect()).isTrue();
        told.clear();
        return socket;
    }

    private void settle() {
        boolean isGoingOn = true;
        while (isGoingOn) {
            isGoingOn = clock.runNext();
            reactor.await(Reactor.NO_DEADLINE);
        }
    }

    private GatherList range(int length) {
        GatherList list = new GatherList();
        list.add(slab, 7, length);
        return list;
    }

    private int write(UpstreamSocket socket, byte[] bytes) throws IOException {
        slab.bytes().put(7, bytes);
        return socket.write(range(bytes.length), false);
    }

    @Nested
    class WhenConnecting {
        @Test
        void successIsToldAfterTheWayThereAndBack() throws IOException {
            UpstreamSocket socket = connect();
            assertThat(socket.finishConnect()).isFalse();
            settle();
            assertThat(told).containsExactly(ReadyHandler.WRITABLE);
            assertThat(socket.finishConnect()).isTrue();
            assertThat(clock.nowNanos()).isEqualTo(1_000 + 200_000);
            assertThat(socket.localAddress()).isEqualTo(accepted.getFirst().remote());
        }

        @Test
        void whereNobodyListensTheConnectIsRefused() throws IOException {
            UpstreamSocket socket = reactor.connect(SERVER, OPTIONS, told::add);
            settle();
            assertThat(told).containsExactly(ReadyHandler.READABLE | ReadyHandler.WRITABLE);
            assertThatThrownBy(socket::finishConnect)
                    .isInstanceOf(IOException.class)
                    .hasMessage("Connection refused");
            socket.close();
            assertThat(network.openConnections()).isZero();
        }

        @Test
        void aSilentServerTellsNothing() throws IOException {
            network.listen(SERVER, new SimNetwork.Listener.Silent());
            UpstreamSocket socket = reactor.connect(SERVER, OPTIONS, told::add);
            settle();
            assertThat(told).isEmpty();
            assertThat(socket.finishConnect()).isFalse();
            socket.close();
            assertThat(network.openConnections()).isZero();
        }

        @Test
        void givingUpIsSeenByAServerThatHadAccepted() throws IOException {
            UpstreamSocket socket = connect();
            clock.runNext();
            assertThat(accepted).hasSize(1);
            socket.close();
            settle();
            assertThat(told).isEmpty();
            assertThat(accepted.getFirst().hasFailed()).isTrue();
        }
    }

    @Nested
    class WhenConnected {
        @Test
        void bytesTravelBothWays() throws IOException {
            UpstreamSocket socket = connected();
            assertThat(write(socket, new byte[] {1, 2, 3})).isEqualTo(3);
            settle();
            assertThat(accepted.getFirst().readAll()).containsExactly(1, 2, 3);

            accepted.getFirst().write(new byte[] {4, 5});
            settle();
            assertThat(told).containsExactly(ReadyHandler.READABLE);
            assertThat(socket.read(range(100))).isEqualTo(2);
            assertThat(slab.bytes().get(8)).isEqualTo((byte) 5);
            assertThat(socket.read(range(100))).isZero();
        }

        @Test
        void readinessIsToldOnceUntilACallWouldBlock() throws IOException {
            UpstreamSocket socket = connected();
            accepted.getFirst().write(new byte[10]);
            settle();
            accepted.getFirst().write(new byte[10]);
            settle();
            assertThat(told).containsExactly(ReadyHandler.READABLE);

            assertThat(socket.read(range(5))).isEqualTo(5);
            accepted.getFirst().write(new byte[10]);
            settle();
            assertThat(told).hasSize(1);

            assertThat(socket.read(range(100))).isEqualTo(25);
            assertThat(socket.read(range(100))).isZero();
            accepted.getFirst().write(new byte[1]);
            settle();
            assertThat(told).hasSize(2);
        }

        @Test
        void aFullConnectionBlocksAndTellsWhenThereIsRoom() throws IOException {
            network.capacity(10);
            UpstreamSocket socket = connected();
            assertThat(write(socket, new byte[12])).isEqualTo(10);
            assertThat(write(socket, new byte[2])).isZero();
            settle();
            assertThat(told).isEmpty();
            accepted.getFirst().readAll();
            settle();
            assertThat(told).containsExactly(ReadyHandler.WRITABLE);
            assertThat(write(socket, new byte[2])).isEqualTo(2);
        }

        @Test
        void theServersFinIsTheEndOfTheStreamAndTheOtherWayStaysOpen() throws IOException {
            UpstreamSocket socket = connected();
            accepted.getFirst().write(new byte[3]);
            accepted.getFirst().shutdownOutput();
            settle();
            assertThat(socket.read(range(100))).isEqualTo(3);
            assertThat(socket.read(range(100))).isEqualTo(-1);
            assertThat(write(socket, new byte[4])).isEqualTo(4);
            socket.shutdownOutput();
            settle();
            assertThat(accepted.getFirst().readable()).isEqualTo(4);
            assertThat(accepted.getFirst().isInputEnded()).isTrue();
        }

        @Test
        void resetsPassBothWays() throws IOException {
            UpstreamSocket one = connected();
            accepted.getFirst().reset();
            settle();
            assertThat(told).containsExactly(ReadyHandler.READABLE | ReadyHandler.WRITABLE);
            assertThatThrownBy(() -> one.read(range(1))).hasMessage("Connection reset");
            one.close();

            UpstreamSocket other = connected();
            other.abort();
            settle();
            assertThat(accepted.get(1).hasFailed()).isTrue();
            assertThat(reactor.openSockets()).isZero();
        }

        @Test
        void shortOperationsLoseNothing() throws IOException {
            network.shortOperations(true);
            UpstreamSocket socket = connected();
            SeededContent content = new SeededContent(9);
            int sent = 0;
            while (sent < 1000) {
                sent += write(socket, content.bytes(sent, 1000 - sent));
            }
            settle();
            assertThat(content.mismatch(0, accepted.getFirst().readAll(), 0, 1000))
                    .isEqualTo(-1);
        }
    }

    @Nested
    class ForEverythingElse {
        @Test
        void namesAreResolvedInsideAwait() {
            network.name("a.example", List.of(InetAddress.ofLiteral("192.0.2.1")));
            List<List<InetAddress>> answers = new ArrayList<>();
            reactor.resolve("a.example", answers::add);
            reactor.resolve("b.example", answers::add);
            clock.runNext();
            assertThat(answers).isEmpty();
            assertThat(reactor.isSignalled()).isTrue();
            reactor.await(0);
            assertThat(answers).containsExactly(List.of(InetAddress.ofLiteral("192.0.2.1")), List.of());
        }

        @Test
        void aWakeupIsSeenUntilTheNextAwait() {
            assertThat(reactor.isSignalled()).isFalse();
            reactor.wakeup();
            assertThat(reactor.isSignalled()).isTrue();
            reactor.await(0);
            assertThat(reactor.isSignalled()).isFalse();
        }

        @Test
        void aDevicesQueueTellsItsPackets() {
            MemoryTun tun = MemoryTun.builder().open();
            reactor.watch(tun.queue(0), told::add);
            tun.inject(SimPacket.of(new byte[20]));
            reactor.await(0);
            assertThat(told).containsExactly(ReadyHandler.READABLE);
        }

        @Test
        void entropyFollowsFromTheSeed() {
            byte[] one = new byte[32];
            byte[] other = new byte[32];
            reactor.fillWithEntropy(one);
            new SimulatedReactor(network, new SeededRandom(1).fork("reactor")).fillWithEntropy(other);
            assertThat(one).isEqualTo(other).isNotEqualTo(new byte[32]);
        }

        @Test
        void closingClosesTheSockets() throws IOException {
            connected();
            reactor.close();
            settle();
            assertThat(accepted.getFirst().isInputEnded()).isTrue();
            assertThatThrownBy(() -> reactor.connect(SERVER, OPTIONS, told::add))
                    .isInstanceOf(IOException.class);
        }
    }
}
