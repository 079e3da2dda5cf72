// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import io.socks5tunnel.api.CpuList;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.ReactorProvider;
import io.socks5tunnel.tun.linux.nativecalls.NativeCallException;
import io.socks5tunnel.tun.linux.nativecalls.ThreadAffinity;
import java.io.IOException;
import java.util.List;

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
    public List<CpuList> cpusByNode() {
        try {
            CpuList usable =
                    new CpuList(ThreadAffinity.current().stream().boxed().toList());
            return CpuNodes.split(usable, CpuNodes.FOLDER);
        } catch (NativeCallException _) {
            return List.of();
        }
    }

    @Override
    public Reactor open() throws IOException {
        return LinuxReactor.open();
    }
}
