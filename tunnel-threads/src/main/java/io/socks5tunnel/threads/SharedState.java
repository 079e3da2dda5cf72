// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.spi.PacketBurst;
import org.jspecify.annotations.Nullable;

/// What the shards of one tunnel share. It is touched when flows open and close and when packets travel between shards,
/// never per packet of a flow at home.
///
/// @param config the tunnel's configuration
/// @param shards how many there are
/// @param secret 32 unpredictable bytes: one for all shards, since a client's next connection may come to another one
/// @param seed unpredictable, for hashes
record SharedState(
        TunnelConfig config,
        int shards,
        byte[] secret,
        int seed,
        SlabDepot depot,
        ParcelDepot parcels,
        FlowDirectory directory,
        SessionPermits permits,
        OpenLimits limits,
        @Nullable ShardMailbox[] mailboxes) {
    /// The state of a tunnel before its shards are opened.
    static SharedState of(TunnelConfig config, int shards, long slabBudgetBytes, byte[] secret, int seed) {
        SlabDepot depot = new SlabDepot(slabBudgetBytes);
        return new SharedState(
                config,
                shards,
                secret,
                seed,
                depot,
                new ParcelDepot(depot, shards),
                new FlowDirectory(seed),
                new SessionPermits(config.limits().maxSessionCount(), shards),
                new OpenLimits(config.limits()),
                new @Nullable ShardMailbox[shards]);
    }

    /// Makes a shard's mailbox known, before any shard runs.
    void register(int shard, ShardMailbox mailbox) {
        mailboxes[shard] = mailbox;
        permits.register(shard, mailbox);
    }

    /// Sends a parcel; false if it was not taken.
    boolean send(int shard, PacketBurst parcel) {
        ShardMailbox mailbox = mailboxes[shard];
        return mailbox != null && mailbox.offer(parcel);
    }
}
