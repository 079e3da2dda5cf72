// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.threads.ShardCounters.Count;
import org.jspecify.annotations.Nullable;

/// Sends packets that came to this shard to the shards that they belong to, packed into parcels: one parcel per
/// destination and cycle, or more if it is full. What finds no room is dropped and counted, as on a wire. Confined
/// to one shard.
final class ParcelSender {
    private final SharedState shared;
    private final ShardCounters counters;
    private final @Nullable PacketBurst[] open;
    private int openCount;

    ParcelSender(SharedState shared, ShardCounters counters) {
        this.shared = shared;
        this.counters = counters;
        open = new @Nullable PacketBurst[shared.shards()];
    }

    /// Copies a packet into the parcel for `shard`.
    void add(InboundPacket packet, int shard) {
        PacketBurst parcel = open[shard];
        if (parcel != null && copy(packet, parcel)) {
            return;
        }
        if (parcel != null) {
            send(shard, parcel);
        }
        PacketBurst fresh = shared.parcels().tryTake();
        if (fresh == null) {
            counters.add(Count.STRAYS_LOST, 1);
            return;
        }
        if (copy(packet, fresh)) {
            open[shard] = fresh;
            openCount++;
        } else {
            shared.parcels().give(fresh);
            counters.add(Count.STRAYS_LOST, 1);
        }
    }

    /// Sends everything off.
    void flush() {
        for (int shard = 0; openCount > 0 && shard < open.length; shard++) {
            PacketBurst parcel = open[shard];
            if (parcel != null) {
                send(shard, parcel);
            }
        }
    }

    private void send(int shard, PacketBurst parcel) {
        open[shard] = null;
        openCount--;
        int packets = parcel.count();
        if (shared.send(shard, parcel)) {
            counters.add(Count.STRAYS, packets);
        } else {
            counters.add(Count.STRAYS_LOST, packets);
            shared.parcels().give(parcel);
        }
    }

    private static boolean copy(InboundPacket packet, PacketBurst parcel) {
        Slab slab = parcel.slabForNext(packet.length());
        if (slab == null) {
            return false;
        }
        int at = parcel.nextOffset();
        slab.bytes().put(at, packet.bytes(), packet.offset(), packet.length());
        parcel.add(at, packet.length(), packet.checksum(), packet.gsoType(), packet.gsoSizeBytes());
        return true;
    }
}
