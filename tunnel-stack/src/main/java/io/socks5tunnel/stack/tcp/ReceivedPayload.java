// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.SlabPool;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// Makes the small objects of the receive side and takes them back, so that a packet costs no allocation. One for
/// all flows of a stack; confined to one shard.
final class ReceivedPayload {
    private static final int MAX_SPARE = 4096;

    private final SlabPool slabs;
    private final ArrayList<HeldSlab> spareHeld = new ArrayList<>();
    private @Nullable ReceivedRange spareRanges;
    private int spareRangeCount;

    ReceivedPayload(SlabPool slabs) {
        this.slabs = slabs;
    }

    /// A range that views `length` bytes at `offset` of the packet's slab.
    ReceivedRange view(InboundPacket packet, int offset, long start, int length) {
        ReceivedRange range = spareRanges;
        if (range == null) {
            range = new ReceivedRange(packet);
        } else {
            spareRanges = range.next();
            spareRangeCount--;
        }
        range.view(packet, offset, start, length);
        return range;
    }

    /// Takes a range back that is in no queue any more.
    void recycle(ReceivedRange range) {
        if (spareRangeCount < MAX_SPARE) {
            range.next(spareRanges);
            spareRanges = range;
            spareRangeCount++;
        }
    }

    /// Holds an empty slab from the pool, or null if the budget is spent.
    @Nullable
    HeldSlab tryHoldEmpty() {
        Slab slab = slabs.tryTake();
        return slab == null ? null : hold(slab);
    }

    /// Holds a slab that the caller owns.
    HeldSlab hold(Slab slab) {
        if (spareHeld.isEmpty()) {
            return new HeldSlab(slab);
        }
        HeldSlab held = spareHeld.removeLast();
        held.hold(slab);
        return held;
    }

    /// Gives the slab back to the pool.
    void release(HeldSlab held) {
        slabs.give(held.slab());
        if (spareHeld.size() < MAX_SPARE) {
            spareHeld.add(held);
        }
    }

    /// Leaves the objects that wait for use to the collector.
    void discard() {
        spareHeld.clear();
        spareHeld.trimToSize();
        spareRanges = null;
        spareRangeCount = 0;
    }
}
