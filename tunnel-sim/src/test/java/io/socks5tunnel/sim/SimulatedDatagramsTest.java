// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socks5tunnel.api.spi.DatagramBatch;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.ReadyHandler;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.UpstreamDatagramSocket;
import io.socks5tunnel.api.spi.UpstreamOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Datagram sockets of the simulated reactor, and ports of the simulated network.
class SimulatedDatagramsTest {
    private static final InetSocketAddress RELAY = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 1081);
    private static final UpstreamOptions OPTIONS = new UpstreamOptions(0, false);

    private final VirtualClock clock = new VirtualClock(1_000);
    private final SimNetwork network = new SimNetwork(clock, new SeededRandom(1).fork("network"));
    private final SimulatedReactor reactor = new SimulatedReactor(network, new SeededRandom(1).fork("reactor"));
    private final List<Integer> told = new ArrayList<>();
    private final List<byte[]> atRelay = new ArrayList<>();
    private final List<InetSocketAddress> sources = new ArrayList<>();
    private final Slab slab = new Slab();
    private final DatagramBatch batch = new DatagramBatch();
    private SimDatagramPort relay;

    private UpstreamDatagramSocket opened() throws IOException {
        relay = network.bind(RELAY, (source, payload) -> {
            sources.add(source);
            atRelay.add(payload);
        });
        return reactor.openDatagrams(RELAY, OPTIONS, 0, told::add);
    }

    private void settle() {
        boolean isGoingOn = true;
        while (isGoingOn) {
            isGoingOn = clock.runNext();
            reactor.await(Reactor.NO_DEADLINE);
        }
    }

    private void ranges(int count, int length) {
        batch.clear();
        for (int i = 0; i < count; i++) {
            batch.add(slab, i * length, length);
        }
    }

    @Nested
    class Datagrams {
        @Test
        void travelForTheLatency() throws IOException {
            UpstreamDatagramSocket socket = opened();
            slab.bytes().put(0, new byte[] {1, 2, 3, 4, 5});
            batch.add(slab, 3, 2);
            batch.add(slab, 0, 1, slab, 1, 2);
            batch.add(slab, 0, 0);

            assertThat(socket.send(batch, 0)).isEqualTo(3);
            settle();
            assertThat(clock.nowNanos()).isEqualTo(1_000 + 100_000);
            assertThat(atRelay).containsExactly(new byte[] {4, 5}, new byte[] {1, 2, 3}, new byte[0]);
            assertThat(sources).containsOnly(socket.localAddress());
        }

        @Test
        void comeBackAndAreToldOnceUntilASocketIsEmpty() throws IOException {
            UpstreamDatagramSocket socket = opened();
            relay.send(socket.localAddress(), new byte[] {1});
            relay.send(socket.localAddress(), new byte[] {2, 3});
            settle();
            assertThat(told).containsExactly(ReadyHandler.READABLE);

            ranges(1, 10);
            assertThat(socket.receive(batch)).isEqualTo(1);
            assertThat(batch.length(0)).isEqualTo(1);
            relay.send(socket.localAddress(), new byte[] {4});
            settle();
            // nothing has returned "would block" yet
            assertThat(told).hasSize(1);
            ranges(4, 10);
            assertThat(socket.receive(batch)).isEqualTo(2);
            assertThat(batch.length(0)).isEqualTo(2);
            assertThat(socket.receive(batch)).isZero();
            relay.send(socket.localAddress(), new byte[] {5});
            settle();
            assertThat(told).hasSize(2);
        }

        @Test
        void ofOthersAreNotHeard() throws IOException {
            UpstreamDatagramSocket socket = opened();
            network.bind(RELAY.getAddress(), (_, _) -> {}).send(socket.localAddress(), new byte[1]);
            settle();
            ranges(1, 10);

            assertThat(socket.receive(batch)).isZero();
            assertThat(told).isEmpty();
        }

        @Test
        void thatDoNotFitAreCutOffOrLost() throws IOException {
            relay = network.bind(RELAY, (_, _) -> {});
            UpstreamDatagramSocket socket = reactor.openDatagrams(RELAY, OPTIONS, 1000, told::add);
            relay.send(socket.localAddress(), new byte[600]);
            relay.send(socket.localAddress(), new byte[600]);
            settle();
            ranges(2, 100);

            assertThat(socket.receive(batch)).isEqualTo(1);
            assertThat(batch.length(0)).isEqualTo(100);
        }

        @Test
        void travelOverIpv6() throws IOException {
            var relay6 = new InetSocketAddress(InetAddress.ofLiteral("2001:db8::7"), 1081);
            network.bind(relay6, (_, payload) -> atRelay.add(payload));
            UpstreamDatagramSocket socket = reactor.openDatagrams(relay6, OPTIONS, 0, told::add);
            ranges(1, 65_527);
            socket.send(batch, 0);
            settle();

            assertThat(atRelay).hasSize(1);
            assertThat(atRelay.getFirst()).hasSize(65_527);
        }

        @Test
        void areLostDoubledAndReorderedAsTheWireSays() throws IOException {
            UpstreamDatagramSocket socket = opened();
            network.datagramConditions(WireConditions.CLEAN
                    .withLoss(0.2)
                    .withReorder(0.2, 5_000_000)
                    .withDamage(0.2, 0.1));
            for (int i = 0; i < 500; i++) {
                slab.bytes().putShort(0, (short) i);
                ranges(1, 2);
                socket.send(batch, 0);
                clock.after(10_000, () -> {});
                clock.runNext();
            }
            settle();
            WireStatistics statistics = network.datagramStatistics();

            assertThat(statistics.lost()).isBetween(70L, 130L);
            assertThat(statistics.duplicated()).isBetween(50L, 130L);
            assertThat(statistics.delayed()).isPositive();
            assertThat(statistics.corrupted()).isPositive();
            assertThat((long) atRelay.size())
                    .isBetween(statistics.delivered() - 2 * statistics.corrupted(), statistics.delivered());
            assertThat(atRelay)
                    .isNotEqualTo(
                            atRelay.stream().sorted(java.util.Arrays::compare).toList());
        }
    }

    @Nested
    class Failures {
        @Test
        void areToldAndDoNotEndTheSocket() throws IOException {
            UpstreamDatagramSocket socket = opened();
            relay.close();
            ranges(1, 5);
            socket.send(batch, 0);
            settle();

            assertThat(told).containsExactly(ReadyHandler.READABLE);
            assertThatThrownBy(() -> socket.receive(batch)).hasMessage("Connection refused");
            assertThat(socket.receive(batch)).isZero();
            network.bind(RELAY, (_, payload) -> atRelay.add(payload));
            socket.send(batch, 0);
            settle();
            assertThat(atRelay).hasSize(1);
        }

        @Test
        void includeSendsThatTakeFewerAndTellWhenThereIsRoom() throws IOException {
            UpstreamDatagramSocket socket = opened();
            network.shortOperations(true);
            int sent = 0;
            int shortSends = 0;
            for (int i = 0; i < 200; i++) {
                ranges(4, 10);
                told.clear();
                int count = socket.send(batch, 0);
                sent += count;
                settle();
                assertThat(told).hasSize(count < 4 ? 1 : 0);
                shortSends += count < 4 ? 1 : 0;
            }
            assertThat(shortSends).isBetween(20, 180);
            assertThat(atRelay).hasSize(sent);
        }
    }

    @Nested
    class Closing {
        @Test
        void freesThePortAndIsCounted() throws IOException {
            UpstreamDatagramSocket socket = opened();
            assertThat(reactor.openSockets()).isEqualTo(1);
            assertThat(network.openPorts()).isEqualTo(2);
            socket.close();
            socket.close();

            assertThat(reactor.openSockets()).isZero();
            assertThat(network.openPorts()).isEqualTo(1);
            ranges(1, 1);
            assertThatThrownBy(() -> socket.send(batch, 0)).hasMessage("Socket closed");
        }

        @Test
        void ofTheReactorClosesItsSockets() throws IOException {
            opened();
            reactor.close();

            assertThat(network.openPorts()).isEqualTo(1);
            assertThatThrownBy(() -> reactor.openDatagrams(RELAY, OPTIONS, 0, told::add))
                    .hasMessage("the reactor is closed");
        }

        @Test
        void doesNotLetTwoHaveOnePort() throws IOException {
            opened();
            assertThatThrownBy(() -> network.bind(RELAY, (_, _) -> {})).hasMessageEndingWith("in use");
        }
    }
}
