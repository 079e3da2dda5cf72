// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
/// The IP layer: what comes in is checked here, what is answered without a flow is made here.
///
/// Start with [IpInput] and [IcmpErrors].
package io.socks5tunnel.stack.ip;
