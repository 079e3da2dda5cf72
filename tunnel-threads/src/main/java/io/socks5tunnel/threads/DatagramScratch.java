// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.DatagramBatch;
import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.SlabPool;
import org.jspecify.annotations.Nullable;

/// The slabs and lists that all UDP flows of a shard use, one after the other. Confined to one shard.
///
/// Room for replies is taken from the pool when the first flow needs it, and given back when there are no flows.
final class DatagramScratch {
    private final SlabPool slabs;
    private final CopyPool copies;
    private final Slab outgoing;
    private final Slab momentary;
    private final int batchDatagrams;
    private final @Nullable Slab[] replySlabs;
    private final DatagramBatch sending = new DatagramBatch();
    private final DatagramBatch receiving = new DatagramBatch();
    private final GatherList ranges = new GatherList();
    private int replySlabCount;

    /// @param outgoing for datagrams that waited; stays with the caller
    /// @param momentary for single calls; may be used for other things between them
    /// @param batchDatagrams the most in one call on a socket, from 1
    DatagramScratch(SlabPool slabs, CopyPool copies, Slab outgoing, Slab momentary, int batchDatagrams) {
        this.slabs = slabs;
        this.copies = copies;
        this.outgoing = outgoing;
        this.momentary = momentary;
        this.batchDatagrams = Math.min(batchDatagrams, DatagramBatch.MAX_DATAGRAMS);
        replySlabs = new @Nullable Slab[this.batchDatagrams];
    }

    /// The most datagrams in one call on a socket, 1 to 64.
    int batchDatagrams() {
        return batchDatagrams;
    }

    CopyPool copies() {
        return copies;
    }

    /// Where datagrams that waited are put together.
    Slab outgoing() {
        return outgoing;
    }

    /// For what one call on a socket sends or reads.
    Slab momentary() {
        return momentary;
    }

    /// The batch to send next, empty.
    DatagramBatch clearedBatch() {
        sending.clear();
        return sending;
    }

    /// The empty list of ranges for the next call on a stream.
    GatherList clearedRanges() {
        ranges.clear();
        return ranges;
    }

    /// Room for a batch of datagrams of any size, or for fewer if slabs are short; null if there is no slab at all.
    @Nullable
    DatagramBatch replyRoom() {
        while (replySlabCount < batchDatagrams) {
            Slab slab = slabs.tryTake();
            if (slab == null) {
                break;
            }
            replySlabs[replySlabCount++] = slab;
        }
        receiving.clear();
        for (int i = 0; i < replySlabCount; i++) {
            Slab slab = replySlabs[i];
            if (slab != null) {
                receiving.add(slab, 0, Slab.CAPACITY_BYTES);
            }
        }
        return replySlabCount == 0 ? null : receiving;
    }

    /// One slab to read a stream into, or null.
    @Nullable
    Slab replySlab() {
        if (replySlabCount == 0) {
            Slab slab = slabs.tryTake();
            if (slab == null) {
                return null;
            }
            replySlabs[replySlabCount++] = slab;
        }
        return replySlabs[0];
    }

    /// Gives the room for replies back, and forgets what the last calls were about.
    void release() {
        receiving.clear();
        sending.clear();
        ranges.clear();
        while (replySlabCount > 0) {
            Slab slab = replySlabs[--replySlabCount];
            if (slab != null) {
                slabs.give(slab);
            }
            replySlabs[replySlabCount] = null;
        }
    }
}
