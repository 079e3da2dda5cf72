// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.SlabPool;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;

/// A pool that knows which slabs are out, and fails on a slab that is given back twice.
public final class CountingPool implements SlabPool {
    private final ArrayDeque<Slab> free = new ArrayDeque<>();
    private final IdentityHashMap<Slab, Boolean> out = new IdentityHashMap<>();
    private int limit = Integer.MAX_VALUE;

    /// No more than this many slabs may be out.
    public void limit(int slabs) {
        limit = slabs;
    }

    public int outCount() {
        return out.size();
    }

    @Override
    public Slab tryTake() {
        if (out.size() >= limit) {
            return null;
        }
        Slab slab = free.isEmpty() ? new Slab() : free.pop();
        out.put(slab, true);
        return slab;
    }

    @Override
    public void give(Slab slab) {
        if (out.remove(slab) == null) {
            throw new AssertionError("a slab was given back that is not out");
        }
        // What is read after it was given back must be seen to be wrong.
        slab.bytes().putLong(0, 0xdead_dead_dead_deadL);
        slab.bytes().putLong(1024, 0xdead_dead_dead_deadL);
        free.push(slab);
    }

    @Override
    public int available() {
        return limit - out.size();
    }
}
