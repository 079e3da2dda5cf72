// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.ReactorProvider;
import java.util.ArrayList;
import java.util.List;

/// Makes the reactors of one simulation. It must be handed to a tunnel; it is never found by itself.
public final class SimulatedReactorProvider implements ReactorProvider {
    private final SimNetwork network;
    private final SeededRandom random;
    private final List<SimulatedReactor> opened = new ArrayList<>();

    /// Reactors that look into this network and draw entropy from this source.
    public SimulatedReactorProvider(SimNetwork network, SeededRandom random) {
        this.network = network;
        this.random = random;
    }

    @Override
    public String name() {
        return "simulated";
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public Reactor open() {
        SimulatedReactor reactor = new SimulatedReactor(network, random.fork("reactor-" + opened.size()));
        opened.add(reactor);
        return reactor;
    }

    /// The reactors opened so far, in order: shard 0 has the first.
    public List<SimulatedReactor> reactors() {
        return List.copyOf(opened);
    }
}
