// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

/// What a tunnel did with DNS queries since its start.
///
/// @param answered queries that mapdns answered, with an address or with an error
/// @param malformed what came to mapdns and was malformed, whether it got an answer or not
/// @param forwarded queries that were redirected over TCP
/// @param namesMapped names that were given an address
/// @param namesForgotten names that lost it to another, since there were too many
public record DnsStatistics(long answered, long malformed, long forwarded, long namesMapped, long namesForgotten) {
    /// Nothing.
    public static final DnsStatistics NONE = new DnsStatistics(0, 0, 0, 0, 0);
}
