// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

import java.net.InetAddress;
import java.util.List;

/// Told by a [Reactor] what a name look-up gave. Runs on the shard's thread, inside [Reactor#await].
@FunctionalInterface
public interface NameHandler {
    /// @param addresses in the resolver's order; empty if the name could not be resolved
    void onResolved(List<InetAddress> addresses);
}
