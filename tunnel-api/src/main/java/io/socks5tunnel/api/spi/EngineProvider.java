// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

import io.socks5tunnel.api.Tunnel;
import io.socks5tunnel.api.TunnelConfig;
import java.io.IOException;

/// Starts tunnels; found by [java.util.ServiceLoader]. Users call [Tunnel#builder] instead.
public interface EngineProvider {
    /// Starts the shards of a tunnel on an open device.
    ///
    /// @param device belongs to the engine from here on, and is closed with the tunnel, also when starting fails
    /// @param reactors makes one reactor per shard
    /// @throws IOException if a shard cannot be started; nothing is left running then
    Tunnel start(TunnelConfig config, TunDevice device, ReactorProvider reactors) throws IOException;

    /// Makes the same tunnel without threads, for simulations.
    ///
    /// @param device as in [#start]
    /// @param reactors makes one reactor per shard; their `await` is called with deadlines that have passed
    SteppedTunnel startStepped(TunnelConfig config, TunDevice device, ReactorProvider reactors) throws IOException;

    /// How many shards, and so TUN queues, `config` asks for on this machine, 1 to 256.
    int shardCount(TunnelConfig config);
}
