// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

/// Numbers of the IP protocol and next-header fields that the simulator knows.
public final class IpProtocol {
    /// ICMP for IPv4.
    public static final int ICMP = 1;
    /// TCP.
    public static final int TCP = 6;
    /// UDP.
    public static final int UDP = 17;
    /// The IPv6 fragment header.
    public static final int IPV6_FRAGMENT = 44;
    /// ICMP for IPv6.
    public static final int ICMPV6 = 58;

    private IpProtocol() {}
}
