// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.api.TunnelStatistics;
import io.socks5tunnel.api.spi.EngineProvider;
import io.socks5tunnel.api.spi.SteppedTunnel;
import io.socks5tunnel.sim.MemoryTun;
import io.socks5tunnel.sim.SimConnection;
import io.socks5tunnel.sim.SimDatagramPort;
import io.socks5tunnel.sim.SimPacket;
import io.socks5tunnel.sim.Simulation;
import io.socks5tunnel.sim.VirtualClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// The real shards and the real stack in virtual time and in one thread, with the captured servers behind a
/// simulated SOCKS5 server. The same capture gives the same packets every time.
final class SimulatedWorld implements ReplayWorld {
    private static final InetSocketAddress PROXY = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 1080);
    private static final long SEED = 1;
    private static final long LATENCY_NANOS = 1_000;
    private static final int CAPACITY_BYTES = 1 << 20;
    /// With a speed, how much of the replay happens between two looks at the wall clock.
    private static final long PACE_NANOS = 20_000_000;

    private final Simulation simulation = new Simulation(SEED);
    private final MemoryTun device;
    private final SteppedTunnel tunnel;
    private final double speed;
    private final long originNanos = simulation.clock().nowNanos();
    private final long wallOriginNanos = System.nanoTime();

    /// @param onWritten gets what the tunnel sends to the clients
    /// @param onAccept gets the tunnel's connections to the SOCKS server
    SimulatedWorld(
            ReplaySettings settings,
            EngineProvider engine,
            Consumer<SimPacket> onWritten,
            Consumer<SimConnection> onAccept)
            throws IOException {
        speed = settings.speed();
        device = MemoryTun.builder()
                .name("replay")
                .mtu(settings.mtuBytes())
                .queues(settings.shards())
                .open();
        device.onWritten(onWritten);
        simulation.network().latency(LATENCY_NANOS);
        simulation.network().capacity(CAPACITY_BYTES);
        simulation.network().listen(PROXY, onAccept);
        String host = PROXY.getAddress().getHostAddress();
        tunnel = simulation.start(engine, ReplayWorld.config(settings, host, PROXY.getPort()), device);
    }

    /// Opens a port of the simulated network for datagrams.
    SimDatagramPort bind(InetAddress address, SimDatagramPort.Listener listener) {
        return simulation.network().bind(address, listener);
    }

    /// The address of the SOCKS server.
    static InetAddress proxyAddress() {
        return PROXY.getAddress();
    }

    @Override
    public VirtualClock clock() {
        return simulation.clock();
    }

    @Override
    public boolean runUntil(BooleanSupplier isDone, long atNanos) throws IOException {
        while (speed > 0 && atNanos - clock().nowNanos() > PACE_NANOS) {
            if (runTo(isDone, clock().nowNanos() + PACE_NANOS)) {
                return true;
            }
        }
        return runTo(isDone, atNanos);
    }

    @Override
    public boolean inject(SimPacket packet) throws IOException {
        boolean isTaken = device.queueCount() == 1 ? device.inject(0, packet) : device.inject(packet);
        simulation.settle();
        return isTaken;
    }

    @Override
    public TunnelStatistics statistics() {
        return tunnel.statistics();
    }

    @Override
    public void close() throws IOException {
        simulation.close();
    }

    private boolean runTo(BooleanSupplier isDone, long atNanos) throws IOException {
        if (simulation.runUntil(isDone, Math.max(0, atNanos - clock().nowNanos()))) {
            return true;
        }
        if (speed > 0) {
            long aheadNanos =
                    (long) ((clock().nowNanos() - originNanos) / speed) - (System.nanoTime() - wallOriginNanos);
            if (aheadNanos > 0) {
                LockSupport.parkNanos(this, aheadNanos);
            }
        }
        return false;
    }
}
