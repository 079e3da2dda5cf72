// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.TunnelStatistics;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.SteppedTunnel;
import io.socks5tunnel.stack.inspect.InspectableTunnel;
import io.socks5tunnel.stack.inspect.ShardView;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A tunnel whose shards run when they are stepped. Confined to one thread.
final class SteppedShards implements SteppedTunnel, InspectableTunnel {
    private final ShardGroup group;
    private @Nullable IOException failure;
    private boolean isClosed;

    SteppedShards(ShardGroup group) {
        this.group = group;
    }

    @Override
    public int shardCount() {
        return group.shards().size();
    }

    @Override
    public long step(int shard) throws IOException {
        Shard stepped = group.shards().get(shard);
        if (stepped.isClosed()) {
            return Reactor.NO_DEADLINE;
        }
        try {
            return stepped.runOnce(stepped.nowNanos());
        } catch (IOException e) {
            failure = e;
            stepped.close();
            throw e;
        }
    }

    @Override
    public ShardView inspect(int shard) {
        return group.shards().get(shard).inspect();
    }

    @Override
    public int knownFlows() {
        return group.shared().directory().size();
    }

    @Override
    public int slabLimit() {
        return group.shared().depot().limit();
    }

    @Override
    public int slabsInUse() {
        int idle = group.shared().depot().available();
        for (Shard shard : group.shards()) {
            idle += shard.cachedSlabs();
        }
        return slabLimit() - idle;
    }

    @Override
    public String deviceName() {
        return group.device().name();
    }

    @Override
    public int deviceIndex() {
        return group.device().index();
    }

    @Override
    public String description() {
        return group.description();
    }

    @Override
    public TunnelStatistics statistics() {
        return group.statistics();
    }

    /// Throws what a step threw. There is nothing to wait for: the caller steps.
    @Override
    public void awaitEnd() throws IOException {
        if (failure != null) {
            throw new IOException("the tunnel failed: " + failure.getMessage(), failure);
        }
    }

    @Override
    public void close() throws IOException {
        if (!isClosed) {
            isClosed = true;
            for (Shard shard : group.shards()) {
                shard.close();
            }
            group.closeDevice();
        }
    }
}
