// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

/// What kind of super-segment a packet is: virtio's `gso_type`.
public enum GsoType {
    /// An ordinary packet.
    NONE,
    /// TCP over IPv4, to be cut into segments of `gsoSizeBytes` payload each.
    TCP_V4,
    /// TCP over IPv6.
    TCP_V6,
    /// UDP datagrams of `gsoSizeBytes` payload each, the last one possibly shorter.
    UDP_L4
}
