// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.TunSettings;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.api.spi.TunDevice;
import io.socks5tunnel.api.spi.TunProvider;
import io.socks5tunnel.api.spi.TunRequest;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Opens a [MemoryTun] when `tunnel.name` begins with `sim:`, so that the unmodified daemon runs on a simulated
/// device. Whoever shares the process finds it with [#device].
///
/// Names of files, such as `sim:some/capture.pcapng`, are not served here: see
/// [io.socks5tunnel.sim.replay.CaptureTunProvider].
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

    /// A device as the request wants it.
    public static MemoryTun.Builder describe(TunRequest request) {
        TunSettings settings = request.settings();
        boolean hasOffload = settings.offload() == TunSettings.Offload.AUTO;
        return MemoryTun.builder()
                .name(settings.name())
                .mtu(settings.mtuBytes())
                .queues(request.queues())
                .capabilities(hasOffload ? new TunCapabilities(true, true, true) : TunCapabilities.NONE);
    }

    /// Whether a name is one of a simulated device whose packets come from a file: a dot or a slash in it tells.
    public static boolean namesFile(String name) {
        return name.startsWith(NAME_PREFIX) && (name.indexOf('.') >= 0 || name.indexOf('/') >= 0);
    }

    @Override
    public boolean supports(TunRequest request) {
        String name = request.settings().name();
        return !request.isGiven() && name.startsWith(NAME_PREFIX) && !namesFile(name);
    }

    @Override
    public TunDevice open(TunRequest request) throws IOException {
        String name = request.settings().name();
        MemoryTun device = describe(request).onClose(() -> OPEN.remove(name)).open();
        if (OPEN.putIfAbsent(name, device) != null) {
            throw new IOException("the simulated device " + name + " is open already: choose another name");
        }
        return device;
    }
}
