// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
/// UDP: datagrams from and to clients, one by one. Who belongs to whom is not known here.
///
/// Start with [UdpInput] and [UdpOutput].
package io.socks5tunnel.stack.udp;
