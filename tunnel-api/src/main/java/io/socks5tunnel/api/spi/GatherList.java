// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An ordered list of byte ranges in slabs: what one gathered write sends or one scattered read fills.
///
/// Reused, never allocated on the data path. It views slabs and owns none, and once cleared it names none: a slab that
/// is given up must not stay reachable from a list that nobody uses. Confined to one shard.
public final class GatherList {
    /// How many ranges fit. Linux takes up to 1024 (`UIO_MAXIOV`); a burst is never longer than this.
    public static final int MAX_RANGES = 64;

    private final @Nullable Slab[] slabs;
    private final int[] offsets;
    private final int[] lengths;
    private int count;
    private int totalBytes;

    /// An empty list for [#MAX_RANGES] ranges.
    public GatherList() {
        this(MAX_RANGES);
    }

    /// An empty list for fewer ranges, which bounds what one call can take or show.
    ///
    /// @param maxRanges 1 to [#MAX_RANGES]
    public GatherList(int maxRanges) {
        slabs = new @Nullable Slab[maxRanges];
        offsets = new int[maxRanges];
        lengths = new int[maxRanges];
    }

    /// Forgets all ranges.
    public void clear() {
        Arrays.fill(slabs, 0, count, null);
        count = 0;
        totalBytes = 0;
    }

    /// Whether [#add] would be refused.
    public boolean isFull() {
        return count == slabs.length;
    }

    /// Appends `length` bytes at `offset` of `slab`; a range that continues the last one is merged into it.
    ///
    /// @return false if the list is full; nothing was added then
    public boolean add(Slab slab, int offset, int length) {
        if (count > 0 && slabs[count - 1] == slab && offsets[count - 1] + lengths[count - 1] == offset) {
            lengths[count - 1] += length;
            totalBytes += length;
            return true;
        }
        if (count == slabs.length) {
            return false;
        }
        slabs[count] = slab;
        offsets[count] = offset;
        lengths[count] = length;
        count++;
        totalBytes += length;
        return true;
    }

    /// Number of ranges, 0 to [#MAX_RANGES].
    public int count() {
        return count;
    }

    /// Sum of the lengths of all ranges, bytes.
    public int totalBytes() {
        return totalBytes;
    }

    /// The slab of range `index`, 0 to `count() - 1`.
    public Slab slab(int index) {
        Slab slab = slabs[index];
        if (slab == null) {
            throw new IndexOutOfBoundsException(index);
        }
        return slab;
    }

    /// Where range `index` begins in its slab, bytes.
    public int offset(int index) {
        return offsets[index];
    }

    /// How long range `index` is, bytes.
    public int length(int index) {
        return lengths[index];
    }
}
