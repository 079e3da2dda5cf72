// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.api.spi.TunQueue;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The portable reactor with a queue that only a descriptor tells of. The test's thread is the shard.
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class QueueWaiterTest {
    private NioReactor reactor;
    private final DescribedQueue queue = new DescribedQueue();
    private int told;

    /// Becomes readable when a test says so, and fails when it says so.
    private static final class DescribedQueue implements TunQueue {
        private final Semaphore packets = new Semaphore(0);
        private final Semaphore waits = new Semaphore(0);
        private final AtomicInteger waitsBegun = new AtomicInteger();
        private volatile boolean isBroken;

        @Override
        public boolean awaitReadable(long timeoutNanos) throws IOException {
            waitsBegun.incrementAndGet();
            waits.release();
            packets.acquireUninterruptibly();
            if (isBroken) {
                throw new IOException("broken");
            }
            return true;
        }

        @Override
        public boolean read(PacketBurst burst) {
            return false;
        }

        @Override
        public boolean write(OutboundPacket packet) {
            return true;
        }

        @Override
        public TunCapabilities capabilities() {
            return TunCapabilities.NONE;
        }

        @Override
        public int pollDescriptor() {
            return 7;
        }

        @Override
        public void onReadable(Runnable signal) {
            throw new IllegalStateException("it has a descriptor");
        }
    }

    @BeforeEach
    void open() throws IOException {
        reactor = NioReactor.open();
        reactor.watch(queue, _ -> told++);
    }

    @AfterEach
    void close() {
        reactor.close();
        queue.packets.release(10);
    }

    private void awaitTold(int times) throws IOException {
        while (told < times) {
            reactor.await(Reactor.NO_DEADLINE);
        }
    }

    @Test
    void aQueueIsToldOfOnceForEachTimeThatTheShardSleeps() throws Exception {
        for (int round = 1; round <= 3; round++) {
            queue.packets.release();
            awaitTold(round);
            reactor.await(reactor.nowNanos());

            assertThat(told).isEqualTo(round);
            assertThat(queue.waitsBegun.get()).isEqualTo(round);
        }
    }

    @Test
    void aShardThatDoesNotSleepHasNobodyWait() throws Exception {
        for (int i = 0; i < 100; i++) {
            reactor.await(reactor.nowNanos());
        }
        assertThat(queue.waitsBegun.get()).isZero();
    }

    @Test
    void aShardThatIsWokenMeanwhileBeginsNoSecondWait() throws Exception {
        reactor.wakeup();
        reactor.await(Reactor.NO_DEADLINE);
        queue.waits.acquire();
        for (int i = 0; i < 10; i++) {
            reactor.wakeup();
            reactor.await(Reactor.NO_DEADLINE);
        }
        queue.packets.release();
        awaitTold(1);

        assertThat(queue.waitsBegun.get()).isEqualTo(1);
    }

    /// The shard finds the failure when it reads.
    @Test
    void aQueueThatFailsIsToldOf() throws Exception {
        queue.isBroken = true;
        queue.packets.release();

        awaitTold(1);
    }
}
