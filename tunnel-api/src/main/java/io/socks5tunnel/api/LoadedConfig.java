// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.util.List;

/// A configuration as it was read, and what was odd about its text.
///
/// @param config what the tunnel is to do
/// @param warnings remarks in the order of the text; empty for a flawless file
public record LoadedConfig(TunnelConfig config, List<ConfigWarning> warnings) {
    /// Takes a copy of the list.
    public LoadedConfig {
        warnings = List.copyOf(warnings);
    }
}
