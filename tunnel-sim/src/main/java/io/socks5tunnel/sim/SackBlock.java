// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

/// Bytes that a receiver holds beyond its acknowledgement number (RFC 2018 §3).
///
/// @param leftSeq the first of them
/// @param rightSeq the one after the last
public record SackBlock(int leftSeq, int rightSeq) {}
