// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.stack.FlowKey;
import java.util.concurrent.ConcurrentHashMap;

/// Which shard owns which flow. Written when a flow opens and when the stack forgets it, read only when a packet
/// matches no flow of the shard it came to. May be used from any thread.
final class FlowDirectory {
    /// No shard owns the flow.
    static final int NOBODY = -1;

    private final ConcurrentHashMap<SeededKey, Integer> owners = new ConcurrentHashMap<>();
    private final int seed;

    /// An empty directory.
    ///
    /// @param seed unpredictable: clients choose ports and addresses, and must not choose which flows collide
    FlowDirectory(int seed) {
        this.seed = seed;
    }

    /// Makes `shard` the owner of a new flow.
    ///
    /// @return false if another shard owns the flow already: a repeated SYN must not start a second dial
    boolean claim(FlowKey key, int shard) {
        Integer owner = owners.putIfAbsent(seeded(key), shard);
        return owner == null || owner == shard;
    }

    /// The flow's shard, or [#NOBODY].
    int owner(FlowKey key) {
        Integer owner = owners.get(seeded(key));
        return owner == null ? NOBODY : owner;
    }

    /// Forgets a flow of `shard`; the flow of another shard is left alone.
    void release(FlowKey key, int shard) {
        owners.remove(seeded(key), shard);
    }

    /// Flows known now.
    int size() {
        return owners.size();
    }

    private SeededKey seeded(FlowKey key) {
        return new SeededKey(key, FlowHash.of(key, seed));
    }

    private record SeededKey(FlowKey key, int hash) {
        @Override
        public int hashCode() {
            return hash;
        }
    }
}
