// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.SlabPool;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/// A pool that is used for one run after the other, knows which slabs are out, and spoils those that come back.
public final class SlabStock implements SlabPool {
    private static final int SPOILT_STEP_BYTES = 512;

    private final ArrayDeque<Slab> free = new ArrayDeque<>();
    private final Set<Slab> out = Collections.newSetFromMap(new IdentityHashMap<>());
    private int limit = Integer.MAX_VALUE;

    /// Takes all slabs back that a run has left.
    public void reset() {
        free.addAll(out);
        out.clear();
        limit = Integer.MAX_VALUE;
    }

    /// From now on no more than `slabs` may be out.
    public void limit(int slabs) {
        limit = slabs;
    }

    public int taken() {
        return out.size();
    }

    @Override
    public Slab tryTake() {
        if (out.size() >= limit) {
            return null;
        }
        Slab slab = free.isEmpty() ? new Slab() : free.pop();
        out.add(slab);
        return slab;
    }

    @Override
    public void give(Slab slab) {
        Finding.unless(out.remove(slab), "a slab was given back that was not out");
        for (int i = 0; i < Slab.CAPACITY_BYTES; i += SPOILT_STEP_BYTES) {
            slab.bytes().putLong(i, 0xdead_dead_dead_deadL);
        }
        free.push(slab);
    }

    @Override
    public int available() {
        return Math.max(0, limit - out.size());
    }
}
