// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.TunSettings;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.api.spi.TunDevice;
import io.socks5tunnel.api.spi.TunProvider;
import io.socks5tunnel.api.spi.TunQueue;
import io.socks5tunnel.api.spi.TunRequest;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Opens a [MemoryTun] when `tunnel.name` begins with `sim:`, so that the unmodified daemon runs on a simulated
/// device. Whoever shares the process finds it with [#device].
public final class SimTunProvider implements TunProvider {
    /// How the names of simulated devices begin.
    public static final String NAME_PREFIX = "sim:";

    // static, since the ServiceLoader makes the provider and the test that looks for its devices cannot reach it
    private static final ConcurrentHashMap<String, MemoryTun> OPEN = new ConcurrentHashMap<>();

    /// For [java.util.ServiceLoader].
    public SimTunProvider() {}

    /// The open device of that name, prefix included.
    public static Optional<MemoryTun> device(String name) {
        return Optional.ofNullable(OPEN.get(name));
    }

    @Override
    public boolean supports(TunRequest request) {
        return request.descriptor() == TunQueue.NO_DESCRIPTOR
                && request.settings().name().startsWith(NAME_PREFIX);
    }

    @Override
    public TunDevice open(TunRequest request) throws IOException {
        TunSettings settings = request.settings();
        String name = settings.name();
        boolean hasOffload = settings.offload() == TunSettings.Offload.AUTO;
        MemoryTun device = MemoryTun.builder()
                .name(name)
                .mtu(settings.mtuBytes())
                .queues(request.queues())
                .capabilities(hasOffload ? new TunCapabilities(true, true, true) : TunCapabilities.NONE)
                .onClose(() -> OPEN.remove(name))
                .open();
        if (OPEN.putIfAbsent(name, device) != null) {
            throw new IOException("the simulated device " + name + " is open already: choose another name");
        }
        return device;
    }
}
