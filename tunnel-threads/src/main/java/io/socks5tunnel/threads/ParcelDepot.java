// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.PacketBurst;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The bursts in which packets travel between shards. Their slabs come from the [SlabDepot], not from a shard,
/// since they end in another shard than they began in. May be used from any thread; never blocks.
final class ParcelDepot {
    private final SlabDepot slabs;
    private final BoundedRing<PacketBurst> idle;
    private final int limit;

    /// How many exist: shared, but written only until there are enough.
    private final AtomicInteger made = new AtomicInteger();

    /// As many parcels as all mailboxes hold, and some in the hands of each shard.
    ParcelDepot(SlabDepot slabs, int shards) {
        this.slabs = slabs;
        limit = shards * (ShardMailbox.MAX_PARCELS + Shard.PARCELS_PER_CYCLE + shards);
        idle = new BoundedRing<>(limit);
    }

    /// An empty parcel, or null.
    @Nullable
    PacketBurst tryTake() {
        PacketBurst parcel = idle.poll();
        if (parcel != null) {
            return parcel;
        }
        int count = made.get();
        while (count < limit) {
            if (made.compareAndSet(count, count + 1)) {
                return new PacketBurst(slabs);
            }
            count = made.get();
        }
        return null;
    }

    /// Takes a parcel back and its slabs out.
    void give(PacketBurst parcel) {
        parcel.keepSlabs(false);
        parcel.release();
        if (!idle.offer(parcel)) {
            made.decrementAndGet();
        }
    }
}
