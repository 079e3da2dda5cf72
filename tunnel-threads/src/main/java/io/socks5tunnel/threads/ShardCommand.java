// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

/// What one thread may ask of a shard.
sealed interface ShardCommand {
    /// Reset all flows and end.
    record Stop() implements ShardCommand {}

    /// End the session that was idle longest, if there are still more sessions than permitted.
    record Evict() implements ShardCommand {}

    /// The one [Stop].
    ShardCommand STOP = new Stop();

    /// The one [Evict].
    ShardCommand EVICT = new Evict();
}
