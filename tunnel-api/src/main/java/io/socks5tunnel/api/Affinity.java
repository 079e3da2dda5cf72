// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

/// `threads.affinity`: on which CPUs shards run.
public sealed interface Affinity {
    /// Wherever the system lets them run, but on machines with several NUMA nodes each shard within one node.
    Affinity AUTO = new Auto();

    /// Wherever the system lets them run.
    Affinity OFF = new Off();

    /// See [#AUTO].
    record Auto() implements Affinity {}

    /// See [#OFF].
    record Off() implements Affinity {}

    /// The first shard on the first CPU, the second on the second, and after the last one from the front again. A
    /// shard whose CPU does not exist, or may not be used by the process, runs anywhere; a warning tells of it.
    ///
    /// @param cpus at least one
    record Listed(CpuList cpus) implements Affinity {
        /// Takes the list.
        ///
        /// @throws IllegalArgumentException if it is empty
        public Listed {
            if (cpus.isEmpty()) {
                throw new IllegalArgumentException("no CPU is listed");
            }
        }
    }
}
