// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

/// Told by a [Reactor] that something became ready. Runs on the shard's thread, inside [Reactor#await].
@FunctionalInterface
public interface ReadyHandler {
    /// The object can be read, or has ended or failed, which the next read tells.
    int READABLE = 1;

    /// The object can be written, or its connect has ended, or it failed.
    int WRITABLE = 2;

    /// Readiness is edge-triggered: it is told once when it begins, and again only after a call on the object has
    /// returned "would block". It may be told more often than it changed.
    ///
    /// @param readyOps [#READABLE], [#WRITABLE] or both
    void onReady(int readyOps);
}
