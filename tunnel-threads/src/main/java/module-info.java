// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT

import org.jspecify.annotations.NullMarked;

/// The engine: one event-loop thread per shard, with the flows it owns.
///
/// It knows sockets, timers and SOCKS5, and no TCP header. Nothing is exported: the engine is found by
/// [java.util.ServiceLoader].
@NullMarked
module io.socks5tunnel.threads {
    requires io.socks5tunnel.api;
    requires io.socks5tunnel.stack;
    requires static transitive org.jspecify;

    provides io.socks5tunnel.api.spi.EngineProvider with
            io.socks5tunnel.threads.TunnelEngine;
    provides io.socks5tunnel.api.spi.ReactorProvider with
            io.socks5tunnel.threads.nio.NioReactorProvider;
}
