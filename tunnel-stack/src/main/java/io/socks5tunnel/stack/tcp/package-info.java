// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
/// TCP towards the client (RFC 9293 and what belongs to it).
///
/// Start with [io.socks5tunnel.stack.tcp.TcpConnection] and its halves, `TcpReceiver` and `TcpSender`. Positions
/// in a stream are 64-bit offsets everywhere: sequence numbers are unwrapped where a segment enters and wrapped
/// where one leaves.
package io.socks5tunnel.stack.tcp;
