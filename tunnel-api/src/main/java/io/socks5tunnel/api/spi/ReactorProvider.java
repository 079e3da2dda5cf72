// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

import io.socks5tunnel.api.CpuList;
import java.io.IOException;
import java.util.List;

/// Makes reactors, one per shard; found by [java.util.ServiceLoader].
public interface ReactorProvider {
    /// A short name, for the log and for choosing one by hand.
    String name();

    /// How good this reactor is on this system: the highest wins, 0 or less means that it does not work here.
    int priority();

    /// The CPUs that a thread which the calling one starts may run on, a list for each NUMA node that has any of
    /// them. A single list where the machine has one node, or the system does not tell of several; no list where
    /// [Reactor#runOn] does not work.
    default List<CpuList> cpusByNode() {
        return List.of();
    }

    /// Opens a reactor. Called on any thread; the reactor then belongs to the shard that first waits in it.
    Reactor open() throws IOException;
}
