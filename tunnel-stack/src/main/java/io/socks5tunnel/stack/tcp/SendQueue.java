// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.SlabPool;
import org.jspecify.annotations.Nullable;

/// The bytes of one direction from `commit` until they are acknowledged, in a chain of slabs that are sent from
/// where they lie. All slabs but the last are full, so a stream offset finds its slab by a division. An empty
/// queue holds no slab. Confined to one shard.
final class SendQueue {
    private final SlabPool slabs;
    private @Nullable Slab[] chain = new @Nullable Slab[4];
    private int slabCount;
    /// Stream offset of the first byte of the first slab.
    private long base;
    private long begin;
    private long end;

    SendQueue(SlabPool slabs) {
        this.slabs = slabs;
    }

    /// Offset of the first byte that is still kept.
    long begin() {
        return begin;
    }

    /// Offset behind the last committed byte.
    long end() {
        return end;
    }

    /// Slabs held.
    int slabCount() {
        return slabCount;
    }

    /// Shows free memory behind the committed bytes, at most `maxBytes`, fewer if slabs are short or `into` is
    /// full.
    void reserve(GatherList into, int maxBytes) {
        long at = end;
        int left = maxBytes;
        while (left > 0) {
            int index = (int) ((at - base) / Slab.CAPACITY_BYTES);
            if (index == slabCount && !tryAppendSlab()) {
                return;
            }
            int offset = (int) ((at - base) % Slab.CAPACITY_BYTES);
            int length = Math.min(left, Slab.CAPACITY_BYTES - offset);
            if (!into.add(slab(index), offset, length)) {
                return;
            }
            at += length;
            left -= length;
        }
    }

    /// Adds the first `bytes` bytes of what was reserved and gives unused slabs back.
    void commit(int bytes) {
        long newEnd = end + bytes;
        if (bytes < 0 || newEnd > base + (long) slabCount * Slab.CAPACITY_BYTES) {
            throw new IllegalArgumentException(bytes + " bytes committed, fewer reserved");
        }
        end = newEnd;
        giveUnusedBack();
    }

    /// Appends views of `[from, from + length)` to `into`.
    ///
    /// @return bytes appended, fewer than `length` if `into` is full
    int view(long from, int length, GatherList into) {
        long at = from;
        int left = length;
        while (left > 0) {
            int index = (int) ((at - base) / Slab.CAPACITY_BYTES);
            int offset = (int) ((at - base) % Slab.CAPACITY_BYTES);
            int piece = Math.min(left, Slab.CAPACITY_BYTES - offset);
            if (!into.add(slab(index), offset, piece)) {
                break;
            }
            at += piece;
            left -= piece;
        }
        return length - left;
    }

    /// Forgets everything before `offset` and gives the slabs back that nothing is left in.
    void releaseUpTo(long offset) {
        begin = offset;
        int free = begin == end ? slabCount : (int) ((begin - base) / Slab.CAPACITY_BYTES);
        if (free == 0) {
            return;
        }
        for (int i = 0; i < free; i++) {
            slabs.give(slab(i));
        }
        System.arraycopy(chain, free, chain, 0, slabCount - free);
        for (int i = slabCount - free; i < slabCount; i++) {
            chain[i] = null;
        }
        slabCount -= free;
        base = slabCount == 0 ? end : base + (long) free * Slab.CAPACITY_BYTES;
    }

    /// Takes back what was reserved and never committed.
    void giveUnusedBack() {
        int used = (int) ((end - base + Slab.CAPACITY_BYTES - 1) / Slab.CAPACITY_BYTES);
        while (slabCount > used) {
            slabCount--;
            slabs.give(slab(slabCount));
            chain[slabCount] = null;
        }
    }

    /// Gives every slab back.
    void clear() {
        releaseUpTo(end);
    }

    private Slab slab(int index) {
        Slab slab = chain[index];
        if (slab == null) {
            throw new IllegalStateException("no slab at " + index);
        }
        return slab;
    }

    private boolean tryAppendSlab() {
        Slab slab = slabs.tryTake();
        if (slab == null) {
            return false;
        }
        if (slabCount == chain.length) {
            @Nullable Slab[] longer = new @Nullable Slab[2 * chain.length];
            System.arraycopy(chain, 0, longer, 0, slabCount);
            chain = longer;
        }
        chain[slabCount++] = slab;
        return true;
    }
}
