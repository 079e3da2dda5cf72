// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT

/// The engine: worker pool, shards, mailboxes, flow directory, SOCKS5 client and relays.
///
/// Start with [io.socks5tunnel.threads.Shard], whose `runOnce` is the story of a packet, and
/// [io.socks5tunnel.threads.TcpSession], which is a connection from its SYN to its end.
package io.socks5tunnel.threads;
