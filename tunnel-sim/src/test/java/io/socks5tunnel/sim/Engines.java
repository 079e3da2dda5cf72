// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.spi.EngineProvider;
import java.util.ServiceLoader;

/// The engine of tests, found as users find it.
public final class Engines {
    private Engines() {}

    /// The one on the module path.
    public static EngineProvider real() {
        return ServiceLoader.load(EngineProvider.class).findFirst().orElseThrow();
    }
}
