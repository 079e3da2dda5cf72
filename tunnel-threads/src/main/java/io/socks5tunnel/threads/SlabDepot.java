// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.SlabPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// All slabs of a tunnel, within one budget. Shards draw on it through their own [ShardSlabPool]; slabs that travel
/// between shards are taken here directly.
///
/// A slab is made when it is needed and none is idle, and kept until idle ones are [discarded][#discardIdle]. If the
/// JVM refuses the memory for one, the slabs
/// made until then are all there will be. All methods may be called from any thread and none
/// blocks.
final class SlabDepot implements SlabPool {
    private final BoundedRing<Slab> idle;
    private final Supplier<Slab> maker;

    /// Volatile since any shard may be the one that is refused memory and lowers it.
    private volatile int limit;

    /// How many slabs exist: shared, but written only until the tunnel has as many slabs as it needs.
    private final AtomicInteger made = new AtomicInteger();

    /// How often somebody came for a slab. Shards come when their own caches are empty, so far less than per packet.
    private final AtomicInteger takes = new AtomicInteger();

    /// As many existed at some time when idle ones were discarded: more than the JVM may have memory for as long as
    /// the collector has not found them, and yet no reason never to have as many again.
    private volatile int proven;

    /// An empty depot.
    ///
    /// @param budgetBytes the most memory that slabs may take together
    SlabDepot(long budgetBytes) {
        this(budgetBytes, Slab::new);
    }

    SlabDepot(long budgetBytes, Supplier<Slab> maker) {
        this.maker = maker;
        limit = Math.clamp(budgetBytes / Slab.CAPACITY_BYTES, 1, 1 << 20);
        idle = new BoundedRing<>(limit);
    }

    @Override
    public @Nullable Slab tryTake() {
        takes.incrementAndGet();
        Slab slab = idle.poll();
        if (slab != null) {
            return slab;
        }
        int count = made.get();
        while (count < limit) {
            if (made.compareAndSet(count, count + 1)) {
                return make();
            }
            count = made.get();
        }
        return null;
    }

    /// The JVM looks for memory for up to half a second before it refuses, so it is not asked twice.
    private @Nullable Slab make() {
        try {
            return maker.get();
        } catch (OutOfMemoryError e) {
            limit = Math.max(made.decrementAndGet(), proven);
            return null;
        }
    }

    @Override
    public void give(Slab slab) {
        if (!idle.offer(slab)) {
            // another thread sleeps in the middle of a poll: rather than wait for it, this slab is left to the
            // collector
            made.decrementAndGet();
        }
    }

    @Override
    public int available() {
        return limit - made.get() + idle.size();
    }

    /// Slabs that exist and lie here.
    int idle() {
        return idle.size();
    }

    /// How often somebody came for a slab so far; it may overflow.
    int takes() {
        return takes.get();
    }

    /// Leaves the slabs that lie here to the collector; others are made when they are needed.
    void discardIdle() {
        proven = Math.max(proven, made.get());
        for (int left = idle.size(); left > 0 && idle.poll() != null; left--) {
            made.decrementAndGet();
        }
    }

    /// Slabs in all, made or not yet.
    int limit() {
        return limit;
    }
}
