// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

import java.util.List;

/// A way for an application to reach a destination, that can be [started][Subject].
///
/// @param name as it stands above its column
/// @param program what takes the path of a hev-socks5-tunnel YAML file as its last argument; empty for no tunnel,
///     where the load generator itself speaks to the SOCKS5 server
/// @param offload false to write `tunnel.offload: off`, which only this program knows
record SetUp(String name, List<String> program, boolean offload) {
    /// The control: how fast all the rest is.
    static final String NO_TUNNEL = "no tunnel";

    /// This program with a packet for every segment.
    static final String OFFLOAD_OFF = "offload off";

    boolean hasTunnel() {
        return !program.isEmpty();
    }
}
