// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.ReactorProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
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
