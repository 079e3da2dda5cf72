// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.api.spi.Slab;

/// A slab that a flow holds received payload in, with the number of ranges that lie in it. It goes back to the
/// pool with the last of them. Reused; confined to one shard.
final class HeldSlab {
    private Slab slab;
    private int fill;
    private int ranges;

    HeldSlab(Slab slab) {
        this.slab = slab;
    }

    /// Starts over with another slab, empty and without ranges.
    void hold(Slab newSlab) {
        slab = newSlab;
        fill = 0;
        ranges = 0;
    }

    Slab slab() {
        return slab;
    }

    /// Bytes of the slab that are in use, counted from its beginning.
    int fill() {
        return fill;
    }

    void fill(int bytes) {
        fill = bytes;
    }

    void addRange() {
        ranges++;
    }

    /// Says that a range is gone; true if it was the last.
    boolean removeRange() {
        ranges--;
        return ranges == 0;
    }
}
