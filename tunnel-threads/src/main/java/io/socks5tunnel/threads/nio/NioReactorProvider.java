// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.nio;

import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.ReactorProvider;
import java.io.IOException;

/// Offers the reactor that works wherever Java does. Any other that works on a system is better there.
public final class NioReactorProvider implements ReactorProvider {
    private static final int PRIORITY = 1;

    /// For [java.util.ServiceLoader].
    public NioReactorProvider() {}

    @Override
    public String name() {
        return "nio";
    }

    @Override
    public int priority() {
        return PRIORITY;
    }

    @Override
    public Reactor open() throws IOException {
        return NioReactor.open();
    }
}
