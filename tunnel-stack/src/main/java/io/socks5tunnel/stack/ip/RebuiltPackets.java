// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.SlabPool;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Shows datagrams that were put together as packets like any other: bytes may be viewed until the end of the
/// burst, and slabs be detached. Confined to one shard.
final class RebuiltPackets {
    private final Source source;
    private final List<PacketBurst> bursts = new ArrayList<>();
    private int usedBursts;

    /// Gives slabs back to `slabs`.
    RebuiltPackets(SlabPool slabs) {
        source = new Source(slabs);
    }

    /// Takes over `slab`, which holds a packet at `[offset, offset + length)`.
    InboundPacket show(Slab slab, int offset, int length) {
        PacketBurst burst = burstWithRoom();
        source.offer(slab);
        burst.slabForNext(Slab.CAPACITY_BYTES);
        burst.add(offset, length, ChecksumState.UNVERIFIED, GsoType.NONE, 0);
        return burst.packet(burst.count() - 1);
    }

    /// Ends all views.
    void release() {
        for (int i = 0; i < usedBursts; i++) {
            bursts.get(i).release();
        }
        usedBursts = 0;
    }

    private PacketBurst burstWithRoom() {
        if (usedBursts > 0 && !bursts.get(usedBursts - 1).isFull()) {
            return bursts.get(usedBursts - 1);
        }
        if (usedBursts == bursts.size()) {
            bursts.add(new PacketBurst(source));
        }
        usedBursts++;
        return bursts.get(usedBursts - 1);
    }

    /// Hands a burst the slab that it is to show.
    private static final class Source implements SlabPool {
        private final SlabPool slabs;
        private @Nullable Slab offered;

        Source(SlabPool slabs) {
            this.slabs = slabs;
        }

        void offer(Slab slab) {
            offered = slab;
        }

        @Override
        public @Nullable Slab tryTake() {
            Slab taken = offered;
            offered = null;
            return taken;
        }

        @Override
        public void give(Slab slab) {
            slabs.give(slab);
        }

        @Override
        public int available() {
            return offered == null ? 0 : 1;
        }
    }
}
