// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.util.Optional;

/// The `mapdns` section: answers for names, which then travel to the SOCKS server as names.
///
/// @param address IPv4 address that answers queries
/// @param port its port, and that of `address6`, 0 to 65535
/// @param network first address of the mapped range
/// @param netmask its mask
/// @param cacheSize names kept, 0 switches mapdns off
/// @param address6 IPv6 address that answers queries
/// @param network6 first address of the /96 that names are mapped to as well; without it AAAA queries get no
///     address
/// @param file where the mappings are kept over a restart
public record MapDnsSettings(
        String address,
        int port,
        String network,
        String netmask,
        int cacheSize,
        Optional<String> address6,
        Optional<String> network6,
        Optional<String> file) {
    /// What every key means when it is absent: mapdns is off.
    public static final MapDnsSettings DEFAULT = ofIpv4("0.0.0.0", 0, "0.0.0.0", "0.0.0.0", 0);

    /// What hev-socks5-tunnel knows: IPv4 only, and nothing kept.
    public static MapDnsSettings ofIpv4(String address, int port, String network, String netmask, int cacheSize) {
        return new MapDnsSettings(
                address, port, network, netmask, cacheSize, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// Whether no name is mapped.
    public boolean isOff() {
        return cacheSize == 0;
    }
}
