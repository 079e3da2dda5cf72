// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import io.socks5tunnel.api.spi.EngineProvider;
import io.socks5tunnel.api.spi.ReactorProvider;
import io.socks5tunnel.api.spi.TunDevice;
import io.socks5tunnel.api.spi.TunProvider;
import io.socks5tunnel.api.spi.TunRequest;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Describes a tunnel to [start][#start()]. What is not said is found by [ServiceLoader]. Confined to one thread.
public final class TunnelBuilder {
    /// The system property that chooses a reactor by its [name][ReactorProvider#name()], such as `nio`. Without it
    /// the best one is taken.
    public static final String REACTOR_PROPERTY = "io.socks5tunnel.reactor";

    private final TunnelConfig config;
    private @Nullable TunDevice device;
    private @Nullable ReactorProvider reactors;
    private List<Integer> descriptors = List.of();

    TunnelBuilder(TunnelConfig config) {
        this.config = config;
    }

    /// Uses this open device; it is closed with the tunnel.
    public TunnelBuilder device(TunDevice openDevice) {
        device = openDevice;
        return this;
    }

    /// Uses this open TUN file descriptor as it is: it is neither configured nor closed.
    public TunnelBuilder descriptor(int openDescriptor) {
        return descriptors(openDescriptor < 0 ? List.of() : List.of(openDescriptor));
    }

    /// Uses these open file descriptors of one TUN device with several queues as they are: they are neither
    /// configured nor closed.
    public TunnelBuilder descriptors(List<Integer> openDescriptors) {
        descriptors = List.copyOf(openDescriptors);
        return this;
    }

    /// Uses these reactors.
    public TunnelBuilder reactors(ReactorProvider provider) {
        reactors = provider;
        return this;
    }

    /// Opens the device if none was given, and starts the shards.
    ///
    /// @throws IOException with a message for the user
    public Tunnel start() throws IOException {
        EngineProvider engine = engine();
        ReactorProvider chosen = reactors == null ? bestReactor() : reactors;
        return engine.start(config, device == null ? openDevice(engine) : device, chosen);
    }

    /// Opens the device that [#start()] would open, for who needs it earlier. It then is what [#device] takes.
    ///
    /// @throws IOException with a message for the user
    public TunDevice openDevice() throws IOException {
        return openDevice(engine());
    }

    private static EngineProvider engine() throws IOException {
        return ServiceLoader.load(EngineProvider.class)
                .findFirst()
                .orElseThrow(() -> new IOException("no engine on the module path: add io.socks5tunnel.threads"));
    }

    private TunDevice openDevice(EngineProvider engine) throws IOException {
        TunRequest request = new TunRequest(config.tunnel(), engine.shardCount(config), descriptors);
        for (TunProvider provider : ServiceLoader.load(TunProvider.class)) {
            if (provider.supports(request)) {
                return provider.open(request);
            }
        }
        throw new IOException("no TUN provider for this system on the module path");
    }

    private static ReactorProvider bestReactor() throws IOException {
        List<ReactorProvider> possible = ServiceLoader.load(ReactorProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.priority() > 0)
                .sorted(Comparator.comparingInt(ReactorProvider::priority).reversed())
                .toList();
        if (possible.isEmpty()) {
            throw new IOException("no reactor that works on this system on the module path");
        }
        String wanted = System.getProperty(REACTOR_PROPERTY, possible.getFirst().name());
        return possible.stream()
                .filter(provider -> provider.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new IOException(REACTOR_PROPERTY + " is " + wanted + ", but here there are: "
                        + possible.stream().map(ReactorProvider::name).collect(Collectors.joining(", "))));
    }
}
