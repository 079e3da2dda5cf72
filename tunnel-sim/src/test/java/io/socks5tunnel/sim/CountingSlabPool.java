// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.SlabPool;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A pool that knows which slabs are out, and refuses one that comes back twice.
public final class CountingSlabPool implements SlabPool {
    private final int budget;
    private final ArrayDeque<Slab> free = new ArrayDeque<>();
    private final Set<Slab> out = Collections.newSetFromMap(new IdentityHashMap<>());
    private int mostOut;

    /// @param budget how many slabs may be out
    public CountingSlabPool(int budget) {
        this.budget = budget;
    }

    @Override
    public @Nullable Slab tryTake() {
        if (out.size() == budget) {
            return null;
        }
        Slab slab = free.isEmpty() ? new Slab() : free.pop();
        out.add(slab);
        mostOut = Math.max(mostOut, out.size());
        // what was in it must not matter
        for (int i = 0; i < Slab.CAPACITY_BYTES; i += 64) {
            slab.bytes().put(i, (byte) 0xdb);
        }
        return slab;
    }

    @Override
    public void give(Slab slab) {
        if (!out.remove(slab)) {
            throw new IllegalStateException("a slab was given back that was not out");
        }
        free.push(slab);
    }

    @Override
    public int available() {
        return budget - out.size();
    }

    int taken() {
        return out.size();
    }

    int mostTaken() {
        return mostOut;
    }
}
