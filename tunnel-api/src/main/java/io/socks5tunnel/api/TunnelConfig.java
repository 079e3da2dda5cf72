// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

/// Everything a tunnel can be told, with hev-socks5-tunnel's meanings and defaults.
///
/// @param tunnel the `tunnel` section
/// @param socks5 the `socks5` section
/// @param mapDns the `mapdns` section
/// @param limits how much and how long: from the `misc` section
/// @param process what only a daemon obeys: from the `misc` section
/// @param threads the `threads` section
public record TunnelConfig(
        TunSettings tunnel,
        Socks5Settings socks5,
        MapDnsSettings mapDns,
        LimitSettings limits,
        ProcessSettings process,
        ThreadSettings threads) {}
