// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.Tunnel;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.spi.EngineProvider;
import io.socks5tunnel.api.spi.ReactorProvider;
import io.socks5tunnel.api.spi.SteppedTunnel;
import io.socks5tunnel.api.spi.TunDevice;
import java.io.IOException;

/// Starts tunnels: as many shards as configured, or one for each core.
public final class TunnelEngine implements EngineProvider {
    private static final int MAX_SHARDS = 256;
    private static final long MIN_SLAB_BUDGET_BYTES = 16L << 20;
    private static final long MAX_SLAB_BUDGET_BYTES = 1L << 30;

    /// The same on every machine, so that a seed replays anywhere.
    private static final long STEPPED_SLAB_BUDGET_BYTES = 256L << 20;

    /// For [java.util.ServiceLoader].
    public TunnelEngine() {}

    @Override
    public Tunnel start(TunnelConfig config, TunDevice device, ReactorProvider reactors) throws IOException {
        long budget = slabBudgetBytes(Runtime.getRuntime().maxMemory());
        int shards = shardCount(config);
        ShardPlacement placement = ShardPlacement.plan(config.threads().affinity(), shards, reactors.cpusByNode());
        return RunningTunnel.start(ShardGroup.open(config, device, reactors, shards, budget), placement);
    }

    @Override
    public SteppedTunnel startStepped(TunnelConfig config, TunDevice device, ReactorProvider reactors)
            throws IOException {
        return new SteppedShards(
                ShardGroup.open(config, device, reactors, shardCount(config), STEPPED_SLAB_BUDGET_BYTES));
    }

    @Override
    public int shardCount(TunnelConfig config) {
        int workers = config.threads().workers();
        return Math.clamp(workers > 0 ? workers : Runtime.getRuntime().availableProcessors(), 1, MAX_SHARDS);
    }

    /// What the slabs of one tunnel may take together. They are direct memory, outside the heap; but the JVM limits
    /// direct memory to the size that the heap may reach, unless told otherwise, and both to a share of the
    /// machine's or container's memory: a quarter each. Slabs take half of that, so an eighth of the machine; the
    /// rest is for other tunnels and for the program around the library.
    ///
    /// @param maxHeapBytes the size that the heap may reach
    /// @return 16 MiB to 1 GiB
    static long slabBudgetBytes(long maxHeapBytes) {
        return Math.clamp(maxHeapBytes / 2, MIN_SLAB_BUDGET_BYTES, MAX_SLAB_BUDGET_BYTES);
    }
}
