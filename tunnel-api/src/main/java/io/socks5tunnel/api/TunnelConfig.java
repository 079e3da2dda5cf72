// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.nio.file.Path;

/// Everything a tunnel can be told, with hev-socks5-tunnel's meanings and defaults.
///
/// @param tunnel the `tunnel` section
/// @param socks5 the `socks5` section
/// @param mapDns the `mapdns` section
/// @param limits how much and how long: from the `misc` section
/// @param process what only a daemon obeys: from the `misc` section
/// @param threads the `threads` section
/// @param dns the `dns` section
public record TunnelConfig(
        TunSettings tunnel,
        Socks5Settings socks5,
        MapDnsSettings mapDns,
        LimitSettings limits,
        ProcessSettings process,
        ThreadSettings threads,
        DnsSettings dns) {

    /// A configuration that redirects no DNS queries.
    public TunnelConfig(
            TunSettings tunnel,
            Socks5Settings socks5,
            MapDnsSettings mapDns,
            LimitSettings limits,
            ProcessSettings process,
            ThreadSettings threads) {
        this(tunnel, socks5, mapDns, limits, process, threads, DnsSettings.DEFAULT);
    }

    /// Reads a configuration file, UTF-8 or UTF-16 with a byte order mark. Every message names the file.
    ///
    /// @throws ConfigException if the file cannot be read, is no YAML, or says what cannot work
    public static LoadedConfig load(Path file) throws ConfigException {
        try {
            return parse(ConfigText.read(file));
        } catch (ConfigException e) {
            throw e.in(file);
        }
    }

    /// Reads the text of a configuration.
    ///
    /// @throws ConfigException if it is no YAML, or says what cannot work
    public static LoadedConfig parse(String yaml) throws ConfigException {
        return ConfigReader.read(yaml);
    }

    /// Reads a configuration as the bytes of its file.
    ///
    /// @throws ConfigException if it is no YAML, or says what cannot work
    public static LoadedConfig parse(byte[] yaml) throws ConfigException {
        return parse(ConfigText.decode(yaml));
    }

    /// The effective configuration as YAML, defaults included. User name and password are masked; apart from them
    /// the text loads as this configuration.
    public String toYaml() {
        return EffectiveConfig.print(this);
    }
}
