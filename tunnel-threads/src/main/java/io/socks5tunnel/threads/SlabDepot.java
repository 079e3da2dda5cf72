// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.SlabPool;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// All slabs of a tunnel, within one budget. Shards draw on it through their own [ShardSlabPool]; slabs that travel
/// between shards are taken here directly.
///
/// A slab is made when it is first needed and kept from then on. All methods may be called from any thread and none
/// blocks.
final class SlabDepot implements SlabPool {
    private final BoundedRing<Slab> idle;
    private final int limit;

    /// How many slabs exist: shared, but written only until the tunnel has as many slabs as it ever needs.
    private final AtomicInteger made = new AtomicInteger();

    /// An empty depot.
    ///
    /// @param budgetBytes the most memory that slabs may take together
    SlabDepot(long budgetBytes) {
        limit = Math.clamp(budgetBytes / Slab.CAPACITY_BYTES, 1, 1 << 20);
        idle = new BoundedRing<>(limit);
    }

    @Override
    public @Nullable Slab tryTake() {
        Slab slab = idle.poll();
        if (slab != null) {
            return slab;
        }
        int count = made.get();
        while (count < limit) {
            if (made.compareAndSet(count, count + 1)) {
                return new Slab();
            }
            count = made.get();
        }
        return null;
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

    /// Slabs in all, made or not yet.
    int limit() {
        return limit;
    }
}
