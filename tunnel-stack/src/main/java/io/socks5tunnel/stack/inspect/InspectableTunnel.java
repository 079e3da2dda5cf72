// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.inspect;

/// A tunnel that can be looked into between two steps. A [io.socks5tunnel.api.spi.SteppedTunnel] may be one; a
/// tunnel with threads never is, since nobody could say when to look. Looking changes nothing.
public interface InspectableTunnel {
    /// What a shard holds now. Allocates.
    ///
    /// @param shard 0 or more, as in [io.socks5tunnel.api.spi.SteppedTunnel#step]
    ShardView inspect(int shard);

    /// Flows whose owner is known to all shards.
    int knownFlows();

    /// Slabs that the tunnel may have at most.
    int slabLimit();

    /// Slabs that are in use, by flows, bursts, or shards for their own purposes.
    int slabsInUse();
}
