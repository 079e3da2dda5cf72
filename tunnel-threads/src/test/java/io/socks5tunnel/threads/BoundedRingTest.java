// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class BoundedRingTest {
    @Test
    void keepsTheOrderAndRefusesWhenFull() {
        var ring = new BoundedRing<Integer>(4);
        for (int lap = 0; lap < 3; lap++) {
            for (int i = 0; i < ring.capacity(); i++) {
                assertThat(ring.offer(lap * 10 + i)).isTrue();
            }
            assertThat(ring.offer(99)).isFalse();
            assertThat(ring.size()).isEqualTo(4);
            for (int i = 0; i < ring.capacity(); i++) {
                assertThat(ring.poll()).isEqualTo(lap * 10 + i);
            }
            assertThat(ring.poll()).isNull();
            assertThat(ring.isEmpty()).isTrue();
        }
    }

    @Test
    void roundsItsCapacityUp() {
        assertThat(new BoundedRing<String>(1).capacity()).isEqualTo(2);
        assertThat(new BoundedRing<String>(2).capacity()).isEqualTo(2);
        assertThat(new BoundedRing<String>(3).capacity()).isEqualTo(4);
        assertThat(new BoundedRing<String>(64).capacity()).isEqualTo(64);
        assertThat(new BoundedRing<String>(65).capacity()).isEqualTo(128);
    }

    @Test
    void deliversEverythingOnceBetweenManyThreads() throws InterruptedException {
        int perProducer = 50_000;
        int producers = 3;
        var ring = new BoundedRing<Long>(16);
        var sum = new AtomicLong();
        var count = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            int from = p * perProducer;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < perProducer; i++) {
                    while (!ring.offer((long) (from + i))) {
                        LockSupport.parkNanos(1);
                    }
                }
            }));
        }
        long total = (long) producers * perProducer;
        for (int c = 0; c < 2; c++) {
            threads.add(Thread.ofPlatform().start(() -> {
                while (count.get() < total) {
                    Long value = ring.poll();
                    if (value == null) {
                        LockSupport.parkNanos(1);
                    } else {
                        sum.addAndGet(value);
                        count.incrementAndGet();
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(count.get()).isEqualTo(total);
        assertThat(sum.get()).isEqualTo(total * (total - 1) / 2);
    }
}
