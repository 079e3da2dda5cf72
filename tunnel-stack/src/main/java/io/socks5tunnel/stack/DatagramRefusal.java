// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

/// How a client is told that a datagram goes nowhere. All of these are rate-limited (RFC 1812 §4.3.2.8, RFC 4443
/// §2.4 f).
public enum DatagramRefusal {
    /// ICMP 3/3, ICMPv6 1/4.
    PORT_UNREACHABLE,
    /// ICMP 3/1, ICMPv6 1/3.
    HOST_UNREACHABLE,
    /// ICMP 3/13, ICMPv6 1/1.
    ADMINISTRATIVELY_PROHIBITED
}
