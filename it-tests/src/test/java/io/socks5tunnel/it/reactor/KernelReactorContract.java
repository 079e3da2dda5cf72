// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.ReactorProvider;
import io.socks5tunnel.api.spi.UpstreamSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// What reactors of the real world do besides: they wait in real time, and other threads wake them.
abstract class KernelReactorContract extends ReactorContract {
    private static final int ROUNDS = 5_000;

    abstract ReactorProvider provider();

    @Override
    ReactorWorld world() throws IOException {
        return new KernelWorld(provider());
    }

    @Override
    void turnAfterClose() {
        Thread.onSpinWait();
    }

    @Nested
    class Connects {
        @Test
        void areKnownBeforeTheyAreTold() throws Exception {
            UpstreamSocket socket = reactor.connect(world.server(), PLAIN, readiness);
            long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
            while (!socket.finishConnect() && System.nanoTime() - limit < 0) {
                Thread.onSpinWait();
            }

            assertThat(readiness.told()).isZero();
            assertThat(write(socket, (byte) 1, (byte) 2)).isEqualTo(2);
            ReactorWorld.Stream peer = world.accept();
            assertThat(taken(peer, 2)).containsExactly(1, 2);
            peer.write(new byte[] {3});
            turnUntil(readiness::isReadable);
            assertThat(socket.read(range(0, 100))).isEqualTo(1);
            socket.close();
        }

        /// Nobody accepts: the kernel drops the SYNs that find the queue full.
        @Test
        void areNotKnownWhileTheyAreUnderWay() throws Exception {
            try (var busy = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
                var address = (InetSocketAddress) busy.getLocalSocketAddress();
                for (int queued = 0; queued < 2; queued++) {
                    UpstreamSocket socket = reactor.connect(address, PLAIN, new Readiness());
                    while (!socket.finishConnect()) {
                        Thread.onSpinWait();
                    }
                }
                UpstreamSocket socket = reactor.connect(address, PLAIN, readiness);
                for (int i = 0; i < 20; i++) {
                    assertThat(socket.finishConnect()).isFalse();
                    world.turn();
                }
                assertThat(readiness.told()).isZero();
                assertThat(write(socket, (byte) 1)).isZero();
                socket.abort();
            }
        }
    }

    @Nested
    class Time {
        @Test
        void isWaitedForAndNotLess() throws Exception {
            for (int micros : new int[] {50, 300, 1_500, 20_000}) {
                long deadline = reactor.nowNanos() + micros * 1_000L;
                int waits = 0;
                while (reactor.nowNanos() - deadline < 0) {
                    reactor.await(deadline);
                    waits++;
                }
                // One wait is enough, two where the clocks of the kernel and the JVM differ by a little.
                assertThat(waits).isBetween(1, 2);
            }
        }

        @Test
        void isCutShortByAWakeUpFromAnotherThread() throws Exception {
            var waker = Thread.ofPlatform().start(reactor::wakeup);
            reactor.await(Reactor.NO_DEADLINE);
            waker.join();
        }

        /// Two threads that wake each other in turn: a single lost wake-up would stop them for ever.
        @Test
        void losesNoWakeUp() throws Exception {
            var turn = new AtomicInteger();
            try (Reactor other = provider().open()) {
                var partner = CompletableFuture.runAsync(() -> {
                    try {
                        for (int i = 0; i < ROUNDS; i++) {
                            while (turn.get() != 2 * i + 1) {
                                other.await(Reactor.NO_DEADLINE);
                            }
                            turn.incrementAndGet();
                            reactor.wakeup();
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                for (int i = 0; i < ROUNDS; i++) {
                    turn.incrementAndGet();
                    other.wakeup();
                    while (turn.get() != 2 * i + 2) {
                        reactor.await(Reactor.NO_DEADLINE);
                    }
                }
                partner.join();
            }
            assertThat(turn.get()).isEqualTo(2 * ROUNDS);
        }
    }
}
