// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.inspect;

/// What one shard holds between two steps.
///
/// @param stack its flow table
/// @param openingSessions sessions that the SOCKS server has not answered for
/// @param establishedSessions sessions that it has
public record ShardView(StackView stack, int openingSessions, int establishedSessions) {}
