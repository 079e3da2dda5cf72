// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.SlabPool;
import org.jspecify.annotations.Nullable;

/// A pool that never grows.
final class FixedPool implements SlabPool {
    private static final int SLABS = 256;

    private final Slab[] free = new Slab[SLABS];
    private int count = SLABS;

    FixedPool() {
        for (int i = 0; i < SLABS; i++) {
            free[i] = new Slab();
        }
    }

    @Override
    public @Nullable Slab tryTake() {
        return count == 0 ? null : free[--count];
    }

    @Override
    public void give(Slab slab) {
        free[count++] = slab;
    }

    @Override
    public int available() {
        return count;
    }
}
