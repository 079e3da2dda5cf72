// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
/// The face of the packet stack: bytes and a time go in, bytes and events come out.
///
/// Start with [PacketStack] and [FlowListener].
package io.socks5tunnel.stack;
