// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

/// The `threads` section.
///
/// @param workers shards, 1 to 256, or 0 to choose by the number of cores
public record ThreadSettings(int workers) {
    /// What every key means when it is absent.
    public static final ThreadSettings DEFAULT = new ThreadSettings(0);
}
