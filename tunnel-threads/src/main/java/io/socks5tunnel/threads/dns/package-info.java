// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT

/// DNS: the codec, the table of mapped names, and who answers queries. Start at
/// [MapDns][io.socks5tunnel.threads.dns.MapDns] and
/// [DnsResponder][io.socks5tunnel.threads.dns.DnsResponder].
///
/// Knows bytes, addresses and names, and of the stack the face of a TCP flow; nothing of shards, sockets or SOCKS.
package io.socks5tunnel.threads.dns;
