// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

/// IPv4 or IPv6, with the addresses that [NetworkLab] draws.
public enum AddressFamily {
    /// 198.18.0.0/15, the range for benchmarks (RFC 2544).
    IPV4("198.18.1.1", "198.18.1.2", "198.18.2.1", "198.19.0.1", "198.19.0.0/16", ""),
    /// fc00::/7, unique local addresses (RFC 4193).
    IPV6("fc00:18::1", "fc00:18::2", "fc00:18:2::1", "fd00:19::1", "fd00:19::/32", "-6");

    private final String client;
    private final String proxy;
    private final String tunnel;
    private final String destination;
    private final String destinations;
    private final String ipOption;

    AddressFamily(
            String client, String proxy, String tunnel, String destination, String destinations, String ipOption) {
        this.client = client;
        this.proxy = proxy;
        this.tunnel = tunnel;
        this.destination = destination;
        this.destinations = destinations;
        this.ipOption = ipOption;
    }

    /// The client's end of the wire.
    public String client() {
        return client;
    }

    /// The server's end of the wire, where SOCKS servers listen.
    public String proxy() {
        return proxy;
    }

    /// The TUN device's address.
    public String tunnel() {
        return tunnel;
    }

    /// Where destinations listen: an address of the server that only the server, or a tunnel, can reach.
    public String destination() {
        return destination;
    }

    /// The same, as it stands in a URL.
    public String urlDestination() {
        return forUrl(destination);
    }

    /// The proxy, as it stands in a URL.
    public String urlProxy() {
        return forUrl(proxy);
    }

    /// The range of destinations, with its prefix length.
    public String destinations() {
        return destinations;
    }

    /// Bits in a prefix that holds one address.
    public int hostBits() {
        return this == IPV4 ? 32 : 128;
    }

    /// The prefix length of the lab's networks, with its slash.
    String networkBits() {
        return this == IPV4 ? "/24" : "/64";
    }

    String ipOption() {
        return ipOption;
    }

    String iptables() {
        return this == IPV4 ? "iptables" : "ip6tables";
    }

    private String forUrl(String address) {
        return this == IPV4 ? address : "[" + address + "]";
    }
}
