// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

/// The `threads` section.
///
/// @param workers shards, 1 to 256, or 0 to choose by the number of cores
/// @param minWorkers how many of them stay in service when there is little to do, 1 to 256; 0, or more than there
///     are, for all
/// @param affinity on which CPUs the shards run
public record ThreadSettings(int workers, int minWorkers, Affinity affinity) {
    /// What every key means when it is absent.
    public static final ThreadSettings DEFAULT = new ThreadSettings(0);

    /// Shards that are all in service, always.
    ///
    /// @param workers shards, 1 to 256, or 0 to choose by the number of cores
    /// @param affinity on which CPUs the shards run
    public ThreadSettings(int workers, Affinity affinity) {
        this(workers, 0, affinity);
    }

    /// The same, where it is best by default.
    ///
    /// @param workers shards, 1 to 256, or 0 to choose by the number of cores
    public ThreadSettings(int workers) {
        this(workers, Affinity.AUTO);
    }
}
