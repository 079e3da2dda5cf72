// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

/// Puts its owner on the shard's list of sessions with something to do. Confined to one shard.
@FunctionalInterface
interface Waker {
    /// Harmless when repeated.
    void wake();
}
