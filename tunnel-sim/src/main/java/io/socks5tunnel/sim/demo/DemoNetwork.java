// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.demo;

import io.socks5tunnel.api.Tunnel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ByteChannel;

/// A running tunnel with something in front of it that can open connections. From any thread.
interface DemoNetwork extends AutoCloseable {
    /// Opens a connection that goes through the tunnel, and waits until it is open.
    ///
    /// @return a blocking channel, which an interrupt of its thread closes
    /// @throws java.net.ConnectException if it is refused
    ByteChannel connect(InetSocketAddress destination) throws IOException;

    /// The tunnel.
    Tunnel tunnel();

    /// Ends the tunnel and all connections.
    @Override
    void close() throws IOException;
}
