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
public record TunnelConfig(
        TunSettings tunnel,
        Socks5Settings socks5,
        MapDnsSettings mapDns,
        LimitSettings limits,
        ProcessSettings process,
        ThreadSettings threads) {

    /// Reads a configuration file. Every message names the file.
    ///
    /// @throws ConfigException if the file cannot be read, is no YAML, or says what cannot work
    public static LoadedConfig load(Path file) throws ConfigException {
        throw new ConfigException(file + " cannot be read: the reader is still to come");
    }

    /// Reads the text of a configuration.
    ///
    /// @throws ConfigException if it is no YAML, or says what cannot work
    public static LoadedConfig parse(String yaml) throws ConfigException {
        throw new ConfigException("a text of " + yaml.length() + " characters cannot be read: the reader is to come");
    }
}
