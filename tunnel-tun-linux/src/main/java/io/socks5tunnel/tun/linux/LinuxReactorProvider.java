// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.ReactorProvider;
import java.io.IOException;

/// Offers the reactor that waits in one epoll for TUN and sockets alike.
public final class LinuxReactorProvider implements ReactorProvider {
    private static final int PRIORITY = 100;

    /// For [java.util.ServiceLoader].
    public LinuxReactorProvider() {}

    @Override
    public String name() {
        return "linux";
    }

    @Override
    public int priority() {
        return LinuxSystem.isSupported() ? PRIORITY : 0;
    }

    @Override
    public Reactor open() throws IOException {
        return LinuxReactor.open();
    }
}
