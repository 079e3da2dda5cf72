// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.container;

import io.socks5tunnel.it.transfer.TransferConnection;
import io.socks5tunnel.sim.SimulatedChannel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;

/// A connection of a simulated host.
record SimulatedConnection(SimulatedChannel channel, InputStream input, OutputStream output)
        implements TransferConnection {
    SimulatedConnection(SimulatedChannel channel) {
        this(channel, Channels.newInputStream(channel), Channels.newOutputStream(channel));
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void reset() {
        channel.reset();
    }

    @Override
    public void close() {
        channel.close();
    }
}
