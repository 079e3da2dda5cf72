// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.Slab;
import org.jspecify.annotations.Nullable;

/// Keeps what one flow received and its reader has not taken by the end of a burst: takes the packet's slab over
/// where the payload fills most of it, and packs smaller pieces into slabs of the flow's own. Confined to one
/// shard.
final class PayloadKeeper {
    /// From this size on a packet's slab is taken over: at least half of it is payload then, so a flow never holds
    /// more than twice the memory its window promises.
    private static final int DETACH_BYTES = Slab.CAPACITY_BYTES / 2;

    private final ReceivedPayload payload;
    private @Nullable HeldSlab packing;
    private int slabCount;

    PayloadKeeper(ReceivedPayload payload) {
        this.payload = payload;
    }

    /// Slabs held.
    int slabCount() {
        return slabCount;
    }

    ReceivedRange view(InboundPacket packet, int offset, long start, int length) {
        return payload.view(packet, offset, start, length);
    }

    /// Makes the bytes of `range` outlive the burst.
    ///
    /// @return false if there was no memory; the range is still a view then
    boolean tryKeep(ReceivedRange range) {
        if (range.held() != null) {
            return true;
        }
        if (range.length() >= DETACH_BYTES && range.packet().tryDetachSlab()) {
            HeldSlab held = payload.hold(range.slab());
            slabCount++;
            held.fill(Slab.CAPACITY_BYTES);
            held.addRange();
            range.heldBy(held, range.offset());
            return true;
        }
        HeldSlab target = slabWithRoomFor(range.length());
        if (target == null) {
            return false;
        }
        int at = target.fill();
        target.slab().bytes().put(at, range.slab().bytes(), range.offset(), range.length());
        target.fill(at + range.length());
        target.addRange();
        range.heldBy(target, at);
        return true;
    }

    /// Says that nothing refers to the range any more.
    void release(ReceivedRange range) {
        HeldSlab held = range.held();
        if (held != null) {
            removeRange(held);
        }
        payload.recycle(range);
    }

    /// Appends `next`, which continues `range`, to it.
    void merge(ReceivedRange range, ReceivedRange next) {
        range.extend(next.length());
        release(next);
    }

    private @Nullable HeldSlab slabWithRoomFor(int length) {
        HeldSlab present = packing;
        if (present != null && Slab.CAPACITY_BYTES - present.fill() >= length) {
            return present;
        }
        HeldSlab fresh = payload.tryHoldEmpty();
        if (fresh != null) {
            slabCount++;
            packing = fresh;
        }
        return fresh;
    }

    private void removeRange(HeldSlab held) {
        if (held.removeRange()) {
            if (held == packing) {
                packing = null;
            }
            slabCount--;
            payload.release(held);
        }
    }
}
