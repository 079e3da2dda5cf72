// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT

import org.jspecify.annotations.NullMarked;

/// A network that exists in memory only: devices, time, peers and faults, all from one seed; and a real SOCKS5
/// server.
///
/// Start with [io.socks5tunnel.sim.Simulation], or with [io.socks5tunnel.sim.EmbeddedSocksServer] for real sockets.
@NullMarked
module io.socks5tunnel.sim {
    requires info.picocli;
    requires transitive io.socks5tunnel.api;
    // for its package inspect, which the invariants read
    requires io.socks5tunnel.stack;
    // the demo keeps the log quiet
    requires java.logging;
    requires static transitive org.jspecify;

    exports io.socks5tunnel.sim;
    exports io.socks5tunnel.sim.replay;
    exports io.socks5tunnel.sim.capture;

    provides io.socks5tunnel.api.spi.Command with
            io.socks5tunnel.sim.SocksServerCommand,
            io.socks5tunnel.sim.demo.DemoCommand,
            io.socks5tunnel.sim.replay.ReplayCommand,
            io.socks5tunnel.sim.simulate.SimulateCommand;
    provides io.socks5tunnel.api.spi.TunProvider with
            io.socks5tunnel.sim.SimTunProvider,
            io.socks5tunnel.sim.replay.CaptureTunProvider;

    // what simulations and replays put to the test
    uses io.socks5tunnel.api.spi.EngineProvider;
    // how the demo sets up a network that it has to itself
    uses io.socks5tunnel.api.spi.HostNetwork;
}
