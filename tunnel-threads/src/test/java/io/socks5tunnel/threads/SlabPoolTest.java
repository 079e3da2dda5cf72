// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.SlabPool;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SlabPoolTest {
    private static final int LIMIT = 40;

    private final SlabDepot depot = new SlabDepot((long) LIMIT * Slab.CAPACITY_BYTES);

    @Test
    void handsOutExactlyItsBudgetAndEachSlabOnce() {
        var pool = new ShardSlabPool(depot);
        List<Slab> taken = takeAll(pool);

        assertThat(taken).hasSize(LIMIT - 1);
        assertThat(Set.copyOf(taken)).hasSize(LIMIT - 1);
        assertThat(pool.available()).isZero();
        assertThat(pool.forBursts().available()).as("the one kept for reading").isEqualTo(1);
    }

    @Test
    void whatTheJvmRefusesIsNotAskedForAgain() {
        var asked = new AtomicInteger();
        var scarce = new SlabDepot((long) LIMIT * Slab.CAPACITY_BYTES, () -> {
            if (asked.incrementAndGet() > 3) {
                throw new OutOfMemoryError("as ByteBuffer.allocateDirect says it");
            }
            return new Slab();
        });
        Slab first = scarce.tryTake();
        assertThat(first).isNotNull();
        assertThat(scarce.tryTake()).isNotNull();
        assertThat(scarce.tryTake()).isNotNull();

        assertThat(scarce.tryTake()).isNull();
        assertThat(scarce.tryTake()).isNull();
        assertThat(asked).hasValue(4);
        assertThat(scarce.limit()).isEqualTo(3);

        scarce.give(first);
        assertThat(scarce.tryTake()).isSameAs(first);
    }

    @Test
    void leaksNothingThroughManyHands() {
        var first = new ShardSlabPool(depot);
        var second = new ShardSlabPool(depot);
        for (int round = 0; round < 50; round++) {
            // what one shard takes the other may give back
            takeAll(first).forEach(second::give);
            takeAll(second).forEach(first::give);
        }
        first.close();
        second.close();

        assertThat(depot.available()).isEqualTo(LIMIT);
        Set<Slab> all = new HashSet<>();
        for (Slab slab = depot.tryTake(); slab != null; slab = depot.tryTake()) {
            all.add(slab);
        }
        assertThat(all).hasSize(LIMIT);
    }

    @Test
    void keepsASlabForReadingAndGetsItBackFirst() {
        var pool = new ShardSlabPool(depot);
        SlabPool bursts = pool.forBursts();
        List<Slab> taken = takeAll(pool);

        Slab last = bursts.tryTake();
        assertThat(last).isNotNull();
        assertThat(bursts.tryTake()).isNull();

        pool.give(taken.getFirst());
        assertThat(pool.tryTake()).as("goes to the reserve").isNull();
        assertThat(bursts.tryTake()).isSameAs(taken.getFirst());
    }

    @Test
    void whatIsDiscardedIsMadeAgainWhenNeeded() {
        var pool = new ShardSlabPool(depot);
        List<Slab> kept = List.of(Objects.requireNonNull(pool.tryTake()), Objects.requireNonNull(pool.tryTake()));
        pool.release();
        assertThat(depot.idle()).isPositive();

        depot.discardIdle();

        assertThat(depot.idle()).isZero();
        assertThat(takeAll(pool))
                .as("all but the two and the one kept for reading")
                .hasSize(LIMIT - 3);
        kept.forEach(pool::give);
        assertThat(takeAll(pool)).containsExactlyInAnyOrderElementsOf(kept);
    }

    @Test
    void littleIsFetchedAfterARest() {
        var big = new SlabDepot(100L * Slab.CAPACITY_BYTES, Slab::new);
        var pool = new ShardSlabPool(big);
        pool.release();

        List<Integer> fetched = new ArrayList<>();
        while (fetched.size() < 6) {
            Objects.requireNonNull(pool.tryTake());
            fetched.add(pool.cached() + 1);
            while (pool.cached() > 0) {
                Objects.requireNonNull(pool.tryTake());
            }
        }

        assertThat(fetched).containsExactly(1, 2, 4, 8, 8, 8);
    }

    @Test
    void aRefusalAfterADiscardIsNotForEver() {
        var isFull = new AtomicBoolean();
        var scarce = new SlabDepot((long) LIMIT * Slab.CAPACITY_BYTES, () -> {
            if (isFull.get()) {
                throw new OutOfMemoryError("what was discarded is not collected yet");
            }
            return new Slab();
        });
        takeAll(scarce).forEach(scarce::give);
        scarce.discardIdle();
        isFull.set(true);
        assertThat(scarce.tryTake()).isNull();

        isFull.set(false);

        assertThat(takeAll(scarce)).hasSize(LIMIT);
    }

    @Test
    void isShortBeforeItIsEmpty() {
        var pool = new ShardSlabPool(depot);
        assertThat(pool.isShort()).isFalse();
        while (!pool.isShort()) {
            pool.tryTake();
        }
        assertThat(pool.available()).isPositive();
    }

    @Test
    void aBurstThatKeepsItsSlabsGivesNoneAway() {
        var burst = new PacketBurst(depot);
        burst.slabForNext(100);
        burst.add(0, 100, io.socks5tunnel.api.spi.ChecksumState.VALID, io.socks5tunnel.api.spi.GsoType.NONE, 0);

        burst.keepSlabs(true);
        assertThat(burst.packet(0).tryDetachSlab()).isFalse();
        burst.keepSlabs(false);
        assertThat(burst.packet(0).tryDetachSlab()).isTrue();
    }

    @Test
    void theDepotIsSafeBetweenThreads() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 20_000; i++) {
                    Slab slab = depot.tryTake();
                    if (slab != null) {
                        depot.give(slab);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(depot.available()).isEqualTo(LIMIT);
    }

    private static List<Slab> takeAll(SlabPool pool) {
        List<Slab> taken = new ArrayList<>();
        for (Slab slab = pool.tryTake(); slab != null; slab = pool.tryTake()) {
            taken.add(slab);
        }
        return taken;
    }
}
