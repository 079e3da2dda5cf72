// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

/// What the UDP flows of a tunnel did since its start. A flow is a client's address and port.
///
/// @param flowsOpen flows with an association now
/// @param flowsOpened flows that got one
/// @param flowsRefused flows that the SOCKS server did not serve
/// @param datagramsUp datagrams sent to SOCKS servers
/// @param datagramsDown datagrams of SOCKS servers sent to clients
/// @param bytesUp their payload, without SOCKS headers
/// @param bytesDown the same the other way
public record UdpStatistics(
        long flowsOpen,
        long flowsOpened,
        long flowsRefused,
        long datagramsUp,
        long datagramsDown,
        long bytesUp,
        long bytesDown) {
    /// Nothing.
    public static final UdpStatistics NONE = new UdpStatistics(0, 0, 0, 0, 0, 0, 0);
}
