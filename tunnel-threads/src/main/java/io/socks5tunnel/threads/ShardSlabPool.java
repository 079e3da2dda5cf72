// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.SlabPool;
import org.jspecify.annotations.Nullable;

/// One shard's slabs: a small stack of its own in front of the [SlabDepot], so that the usual take and give touch
/// no shared memory. Confined to one shard.
///
/// One slab is kept back for reading the TUN device. Without it a tunnel whose memory is all in send queues could
/// not read the very acknowledgements that would free it.
final class ShardSlabPool implements SlabPool {
    private static final int CACHED = 32;
    private static final int REFILL = 8;

    /// Below this many, flows may not keep the slabs that bursts were read into.
    private static final int SHORT = 2 * REFILL;

    private final SlabDepot depot;
    private final @Nullable Slab[] cached = new @Nullable Slab[CACHED];
    private int count;
    private int takes;

    /// How many the next refill fetches. Little after a rest, twice as many each time: a single packet that comes
    /// then, such as a router solicitation of the client's own kernel, is not to fetch half a megabyte.
    private int refill = REFILL;
    private @Nullable Slab reserve;

    ShardSlabPool(SlabDepot depot) {
        this.depot = depot;
        reserve = depot.tryTake();
    }

    @Override
    public @Nullable Slab tryTake() {
        takes++;
        if (count == 0) {
            refill();
        }
        if (count == 0) {
            return null;
        }
        Slab slab = cached[--count];
        cached[count] = null;
        return slab;
    }

    @Override
    public void give(Slab slab) {
        if (reserve == null) {
            reserve = slab;
            return;
        }
        if (count == CACHED) {
            spill(CACHED / 2);
        }
        cached[count++] = slab;
    }

    @Override
    public int available() {
        return count + depot.available();
    }

    /// Slabs kept here for the next [#tryTake].
    int cached() {
        return count;
    }

    /// How often somebody came for a slab so far; it may overflow.
    int takes() {
        return takes;
    }

    /// Whether flows should not keep whole slabs now.
    boolean isShort() {
        return available() < SHORT;
    }

    /// The same pool for [bursts][io.socks5tunnel.api.spi.PacketBurst], which may take the last slab too.
    SlabPool forBursts() {
        return new SlabPool() {
            @Override
            public @Nullable Slab tryTake() {
                Slab slab = ShardSlabPool.this.tryTake();
                if (slab == null) {
                    slab = reserve;
                    reserve = null;
                }
                return slab;
            }

            @Override
            public void give(Slab slab) {
                ShardSlabPool.this.give(slab);
            }

            @Override
            public int available() {
                return ShardSlabPool.this.available() + (reserve == null ? 0 : 1);
            }
        };
    }

    /// Gives the cached slabs back to the depot, for other shards or for nobody. The next ones are fetched one by one
    /// at first.
    void release() {
        spill(count);
        refill = 1;
    }

    /// Gives everything back; the pool must not be used any more.
    void close() {
        release();
        if (reserve != null) {
            depot.give(reserve);
            reserve = null;
        }
    }

    private void refill() {
        while (count < refill) {
            Slab slab = depot.tryTake();
            if (slab == null) {
                return;
            }
            cached[count++] = slab;
        }
        refill = Math.min(REFILL, 2 * refill);
    }

    private void spill(int howMany) {
        for (int i = 0; i < howMany; i++) {
            Slab slab = cached[--count];
            cached[count] = null;
            if (slab != null) {
                depot.give(slab);
            }
        }
    }
}
