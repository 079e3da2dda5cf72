// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.io.IOException;

/// A running tunnel: every TCP flow that enters its TUN device leaves through a SOCKS5 server.
///
/// Any number of tunnels may run in one process. All methods may be called from any thread.
public interface Tunnel extends AutoCloseable {
    /// Begins the description of a tunnel to start.
    static TunnelBuilder builder(TunnelConfig config) {
        return new TunnelBuilder(config);
    }

    /// The TUN interface's name.
    String deviceName();

    /// The TUN interface's index, or 0 where there is none.
    int deviceIndex();

    /// A line for the log on what the TUN device and the shards negotiated.
    String description();

    /// The counters now.
    TunnelStatistics statistics();

    /// Waits until the tunnel has ended, by [#close()] or because its device failed.
    ///
    /// @throws IOException why the tunnel failed, if it did
    /// @throws InterruptedException if the waiting thread was interrupted
    void awaitEnd() throws IOException, InterruptedException;

    /// Waits until a worker has come to rest: many flows were there and most have ended, or much memory lies idle,
    /// and hardly anything has happened for ten seconds. Idle packet buffers were left to the collector then, so
    /// the caller should have it collect ([System#gc()]) and wait again. A tunnel itself never does, and until
    /// somebody has waited for the first time it keeps its buffers.
    ///
    /// One thread may wait; of several any may be told.
    ///
    /// @return false if the tunnel has ended, before or while waiting
    /// @throws InterruptedException if the waiting thread was interrupted
    boolean awaitQuiet() throws InterruptedException;

    /// Resets all flows, closes the device and waits for the shards to end. Harmless when repeated.
    @Override
    void close() throws IOException;
}
