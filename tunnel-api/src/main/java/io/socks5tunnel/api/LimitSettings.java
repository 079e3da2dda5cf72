// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

/// How many, how long, how large. Times are ms, 0 sessions means no limit.
///
/// @param maxSessionCount TCP and UDP flows together
/// @param maxHalfOpen TCP flows that wait for the SOCKS server, or for the client to acknowledge the SYN-ACK
/// @param maxHalfOpenPerClient the same, for one client address
/// @param maxDials handshakes with the SOCKS server under way
/// @param connectTimeoutMillis for the connection to the SOCKS server and its whole handshake
/// @param tcpIdleMillis TCP flows without a byte either way end after this
/// @param udpIdleMillis UDP flows without a datagram either way end after this
/// @param tcpBufferBytes what a TCP flow may buffer towards the client before the client has asked for more
/// @param udpReceiveBufferBytes `SO_RCVBUF` of UDP relay sockets
/// @param udpBatchDatagrams datagrams per system call
/// @param warmAssociations UDP associations that a worker may keep ready, 0 for none
/// @param warmConnections connections to the SOCKS server that a worker may keep ready, 0 for none
public record LimitSettings(
        int maxSessionCount,
        int maxHalfOpen,
        int maxHalfOpenPerClient,
        int maxDials,
        int connectTimeoutMillis,
        int tcpIdleMillis,
        int udpIdleMillis,
        int tcpBufferBytes,
        int udpReceiveBufferBytes,
        int udpBatchDatagrams,
        int warmAssociations,
        int warmConnections) {
    /// What every key means when it is absent.
    public static final LimitSettings DEFAULT =
            new LimitSettings(0, 1024, 512, 256, 10_000, 300_000, 60_000, 65_536, 524_288, 16, 4, 4);
}
