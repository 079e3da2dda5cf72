// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.spi.EngineProvider;
import io.socks5tunnel.api.spi.SteppedTunnel;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A whole system in virtual time and in one thread: hosts and wires on one side of a tunnel, a [SimNetwork] on the
/// other, everything from one seed.
///
/// ```java
/// Simulation simulation = new Simulation(seed);
/// MemoryTun device = MemoryTun.builder().open();
/// simulation.network().listen(proxy, new ScriptedSocksServer(SocksScript.HONEST)::accept);
/// simulation.start(engine, config, device);
/// simulation.runUntil(client::isClosed, seconds(60));
/// ```
///
/// Confined to one thread.
public final class Simulation implements AutoCloseable {
    /// A shard that has work left this many times without time going on runs in a circle.
    private static final int MAX_ROUNDS_PER_INSTANT = 10_000;

    private final SeededRandom random;
    private final VirtualClock clock;
    private final SimNetwork network;
    private final SimulatedReactorProvider reactors;
    private @Nullable SteppedTunnel tunnel;
    private long[] shardDeadlines = {};
    private StepObserver observer = (_, _) -> {};
    private long stepCount;

    /// Told after every step of a shard: the only moments at which anything in the tunnel changes.
    public interface StepObserver {
        /// Shard `shard` was stepped.
        ///
        /// @param deadlineNanos when it wants to be stepped again, see [SteppedTunnel#step]
        void onStep(int shard, long deadlineNanos);
    }

    /// An empty world.
    public Simulation(long seed) {
        random = new SeededRandom(seed);
        // not 0: what works only when time begins at zero is a bug; and never so late that it could overflow
        clock = new VirtualClock(random.fork("start").between(1, 1L << 50));
        network = new SimNetwork(clock, random.fork("network"));
        reactors = new SimulatedReactorProvider(network, random.fork("reactors"));
    }

    /// Virtual time.
    public VirtualClock clock() {
        return clock;
    }

    /// What lies behind the tunnel.
    public SimNetwork network() {
        return network;
    }

    /// The source of chance for the part of the simulation called `name`.
    public SeededRandom random(String name) {
        return random.fork("user-" + name);
    }

    /// The shards' reactors, once the tunnel is started.
    public List<SimulatedReactor> reactors() {
        return reactors.reactors();
    }

    /// Has `newObserver` told after every step of a shard.
    public void onStep(StepObserver newObserver) {
        observer = newObserver;
    }

    /// Steps of shards since the start.
    public long stepCount() {
        return stepCount;
    }

    /// Starts a tunnel without threads in this world. It ends with the simulation.
    public SteppedTunnel start(EngineProvider engine, TunnelConfig config, MemoryTun device) throws IOException {
        SteppedTunnel started = engine.startStepped(config, device, reactors);
        tunnel = started;
        shardDeadlines = new long[started.shardCount()];
        return started;
    }

    /// Lets the world go on until `isDone` says so or nothing is left to happen.
    ///
    /// @param limitNanos the most virtual time that may pass
    /// @return whether `isDone` said so
    public boolean runUntil(BooleanSupplier isDone, long limitNanos) throws IOException {
        long endNanos = clock.nowNanos() + limitNanos;
        while (!isDone.getAsBoolean()) {
            settle();
            if (isDone.getAsBoolean()) {
                return true;
            }
            long nextNanos = nextNanos();
            if (nextNanos == VirtualClock.NO_EVENT || nextNanos > endNanos) {
                clock.advanceTo(endNanos);
                return false;
            }
            clock.advanceTo(nextNanos);
        }
        return true;
    }

    /// Lets `nanos` of virtual time pass.
    public void runFor(long nanos) throws IOException {
        clock.after(nanos, () -> {});
        runUntil(() -> false, nanos);
        settle();
    }

    /// Lets everything happen that is to happen at this instant.
    public void settle() throws IOException {
        boolean isGoingOn = true;
        for (int round = 0; isGoingOn; round++) {
            boolean hasRun = clock.runDue();
            isGoingOn = stepDueShards() || hasRun;
            if (round == MAX_ROUNDS_PER_INSTANT) {
                throw new IllegalStateException("the shards run in a circle at " + clock.nowNanos() + " ns");
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (tunnel != null) {
            tunnel.close();
            tunnel = null;
        }
    }

    private boolean stepDueShards() throws IOException {
        boolean hasStepped = false;
        SteppedTunnel stepped = tunnel;
        for (int shard = 0; stepped != null && shard < shardDeadlines.length; shard++) {
            boolean isDue = shardDeadlines[shard] <= clock.nowNanos();
            if (isDue || reactors.reactors().get(shard).isSignalled()) {
                shardDeadlines[shard] = stepped.step(shard);
                stepCount++;
                observer.onStep(shard, shardDeadlines[shard]);
                hasStepped = true;
            }
        }
        return hasStepped;
    }

    private long nextNanos() {
        long nextNanos = clock.nextEventNanos();
        for (long deadline : shardDeadlines) {
            nextNanos = Math.min(nextNanos, deadline);
        }
        return nextNanos;
    }
}
