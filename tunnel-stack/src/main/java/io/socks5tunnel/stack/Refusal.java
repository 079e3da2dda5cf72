// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

/// How an open request is refused on the wire.
public enum Refusal {
    /// RST with ACK: the client's connect fails with "connection refused" (RFC 9293 §3.10.7.1).
    RESET,
    /// ICMP 3/0, ICMPv6 1/0.
    NETWORK_UNREACHABLE,
    /// ICMP 3/1, ICMPv6 1/3.
    HOST_UNREACHABLE,
    /// ICMP 3/13, ICMPv6 1/1.
    ADMINISTRATIVELY_PROHIBITED,
    /// ICMP 11/0, ICMPv6 3/0.
    TIME_EXCEEDED,
    /// Nothing: the client's SYN is forgotten, as a full backlog does.
    SILENCE
}
