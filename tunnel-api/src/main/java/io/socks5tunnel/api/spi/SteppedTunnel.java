// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

import io.socks5tunnel.api.Tunnel;
import java.io.IOException;

/// A tunnel whose shards have no threads: the caller steps them, so that a simulation decides what happens when.
///
/// The same shard code runs here as in a threaded tunnel. All methods must be called from one thread.
public interface SteppedTunnel extends Tunnel {
    /// How many shards there are, at least 1.
    int shardCount();

    /// Runs one cycle of a shard without waiting: tells what is ready, handles packets, mail, timers and sockets.
    ///
    /// @param shard 0 to `shardCount() - 1`
    /// @return when the shard wants to be stepped again at the latest, on its reactor's clock; a past time means
    ///     that work is left, [Reactor#NO_DEADLINE] that only readiness counts
    /// @throws IOException if the shard cannot go on
    long step(int shard) throws IOException;

    /// Nothing happens while the one thread waits.
    ///
    /// @throws UnsupportedOperationException always
    @Override
    default boolean awaitQuiet() {
        throw new UnsupportedOperationException("nothing happens while the thread that steps waits");
    }
}
