// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

/// The `mapdns` section: answers for names, which then travel to the SOCKS server as names.
///
/// @param address IPv4 address that answers queries
/// @param port its port, 0 to 65535
/// @param network first address of the mapped range
/// @param netmask its mask
/// @param cacheSize names kept, 0 switches mapdns off
public record MapDnsSettings(String address, int port, String network, String netmask, int cacheSize) {
    /// What every key means when it is absent: mapdns is off.
    public static final MapDnsSettings DEFAULT = new MapDnsSettings("0.0.0.0", 0, "0.0.0.0", "0.0.0.0", 0);
}
