// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

import java.io.IOException;

/// Makes reactors, one per shard; found by [java.util.ServiceLoader].
public interface ReactorProvider {
    /// A short name, for the log and for choosing one by hand.
    String name();

    /// How good this reactor is on this system: the highest wins, 0 or less means that it does not work here.
    int priority();

    /// Opens a reactor. Called on any thread; the reactor then belongs to the shard that first waits in it.
    Reactor open() throws IOException;
}
