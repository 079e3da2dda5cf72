// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
/// What providers compile against: the engine, TUN devices, reactors and sub-commands, and the buffers that pass
/// between them.
///
/// Start with [Reactor], which a shard waits in, and [TunQueue], which it reads packets from. Every data-path type
/// here is confined to one thread, the shard's, unless its Javadoc says otherwise.
package io.socks5tunnel.api.spi;
