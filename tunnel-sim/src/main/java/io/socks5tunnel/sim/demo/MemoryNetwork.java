// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.demo;

import io.socks5tunnel.api.Tunnel;
import io.socks5tunnel.sim.SimulatedNetwork;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ByteChannel;

/// Device and client in memory, for where no namespace can be made.
///
/// @param network both of them, and the tunnel
record MemoryNetwork(SimulatedNetwork network) implements DemoNetwork {
    @Override
    public ByteChannel connect(InetSocketAddress destination) throws IOException {
        return network.connect(destination);
    }

    @Override
    public Tunnel tunnel() {
        return network.tunnel();
    }

    @Override
    public void close() throws IOException {
        network.close();
    }
}
