// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.inspect;

/// What one shard holds between two steps.
///
/// @param stack its flow table
/// @param openingSessions sessions that the SOCKS server has not answered for
/// @param unconfirmedSessions sessions that it has, and whose client has not acknowledged that
/// @param establishedSessions sessions that both ends have agreed to
/// @param warmConnections connections to the server that wait for a TCP session, or are being made
/// @param datagramSessions UDP sessions in any stage
/// @param warmPaths ways to the server that wait for a UDP session, or are being made
public record ShardView(
        StackView stack,
        int openingSessions,
        int unconfirmedSessions,
        int establishedSessions,
        int warmConnections,
        int datagramSessions,
        int warmPaths) {
    /// TCP sessions in any stage.
    public int sessions() {
        return openingSessions + unconfirmedSessions + establishedSessions;
    }
}
