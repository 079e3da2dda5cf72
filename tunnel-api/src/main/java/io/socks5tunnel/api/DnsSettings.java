// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.util.List;

/// The `dns` section: sends what clients ask other DNS servers to a chosen resolver instead, through the SOCKS
/// server.
///
/// @param redirectsAny whether queries to every address are redirected
/// @param redirected IPv4 and IPv6 addresses whose queries are, if not all are
/// @param resolver IPv4 or IPv6 address of the resolver, empty if nothing is redirected
/// @param resolverPort its port, 1 to 65535, or 0 if there is no resolver
/// @param transport how queries that came by UDP travel; those that came by TCP stay with TCP
public record DnsSettings(
        boolean redirectsAny, List<String> redirected, String resolver, int resolverPort, Transport transport) {
    /// What every key means when it is absent: nothing is redirected.
    public static final DnsSettings DEFAULT = new DnsSettings(false, List.of(), "", 0, Transport.AUTO);

    /// Takes a copy of the list.
    public DnsSettings {
        redirected = List.copyOf(redirected);
    }

    /// Whether no query is redirected.
    public boolean isOff() {
        return resolver.isEmpty() || (!redirectsAny && redirected.isEmpty());
    }

    /// `dns.transport`.
    public enum Transport {
        /// UDP, or TCP as long as the SOCKS server does not relay datagrams.
        AUTO,
        /// UDP only.
        UDP,
        /// TCP only.
        TCP
    }
}
