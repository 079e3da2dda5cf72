// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.GatherList;

/// The lists that all relays of a shard use, one after the other. Confined to one shard.
///
/// @param up what one write to the SOCKS server gathers: a whole burst
/// @param down what one read from it fills: few slabs, since what is reserved and not filled is work for nothing
record RelayScratch(GatherList up, GatherList down) {
    private static final int DOWN_RANGES = 4;

    RelayScratch() {
        this(new GatherList(), new GatherList(DOWN_RANGES));
    }

    /// Forgets what the last calls were about, and so the slabs.
    void clear() {
        up.clear();
        down.clear();
    }
}
