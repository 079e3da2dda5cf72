// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.SlabPool;

/// A pool of so many slabs, for tests.
final class FreshSlabs implements SlabPool {
    private int available;

    FreshSlabs(int available) {
        this.available = available;
    }

    @Override
    public Slab tryTake() {
        if (available == 0) {
            return null;
        }
        available--;
        return new Slab();
    }

    @Override
    public void give(Slab slab) {
        available++;
    }

    @Override
    public int available() {
        return available;
    }
}
