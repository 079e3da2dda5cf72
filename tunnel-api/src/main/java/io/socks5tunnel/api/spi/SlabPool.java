// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

import org.jspecify.annotations.Nullable;

/// Where a shard takes [slabs][Slab] from and gives them back to. Confined to one shard; the budget behind it may
/// be shared by all shards of a tunnel.
public interface SlabPool {
    /// A slab with undefined content that the caller now owns, or null when the budget is spent. A caller that gets
    /// null
    /// must cope: drop the segment and count it, or stop reading until [#available()] says otherwise.
    @Nullable
    Slab tryTake();

    /// Takes a slab back. The caller must hold no view of it any more.
    void give(Slab slab);

    /// How many more slabs [#tryTake()] would hand out right now.
    int available();
}
