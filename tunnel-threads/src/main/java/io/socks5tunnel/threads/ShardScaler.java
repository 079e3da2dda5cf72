// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.TunDevice;
import io.socks5tunnel.threads.ShardCounters.Count;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;

/// Takes shards out of service and puts them back, on a thread of its own, since the system may take its time for
/// it: a shard out of service has a queue that rests. Its thread, its stack and its flows stay. Packets of these
/// flows come to other shards, which send them on.
///
/// May be used from any thread.
final class ShardScaler implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(ShardScaler.class.getName());

    private final TunDevice device;
    private final List<ShardCounters> counters;
    private final ScalingBell bell;
    private final ShardScaling scaling;
    private final long[] busyNanos;
    private final Thread thread;

    /// @param counters of all shards
    /// @param min how many shards stay in service at least
    ShardScaler(TunDevice device, List<ShardCounters> counters, ScalingBell bell, int min, long nowNanos) {
        this.device = device;
        this.counters = List.copyOf(counters);
        this.bell = bell;
        scaling = new ShardScaling(min, counters.size(), nowNanos);
        busyNanos = new long[counters.size()];
        thread = Thread.ofPlatform().name("socks5-tunnel-scaling").daemon().unstarted(this::scale);
    }

    /// What is not done although it was asked for, for the user; empty if it is done.
    ///
    /// @param min of the configuration
    static String obstacle(int min, int shards, TunDevice device) {
        if (!isAskedFor(min, shards) || device.canRestQueues() && device.queueCount() == shards) {
            return "";
        }
        return "threads.min-workers has no effect: "
                + (device.queueCount() == shards
                        ? "the queues of " + device.name() + " cannot rest"
                        : device.name() + " has " + device.queueCount() + " queues for " + shards + " shards");
    }

    /// Whether shards are to come and go.
    static boolean isAskedFor(int min, int shards) {
        return min > 0 && min < shards;
    }

    /// Starts the thread; shards measure what they do from now on.
    void start(long nowNanos) {
        bell.expect(scaling.mayGrow(), scaling.mayShrink());
        bell.heardBy(thread, nowNanos);
        thread.start();
    }

    /// Looks at the load once, and changes what is to be changed.
    ///
    /// @throws IOException if the system did not do it
    void look(long nowNanos) throws IOException {
        long busyStretches = 0;
        for (int shard = 0; shard < busyNanos.length; shard++) {
            busyNanos[shard] = counters.get(shard).value(Count.BUSY_NANOS);
            busyStretches += counters.get(shard).value(Count.BUSY_STRETCHES);
        }
        if (scaling.hasChanged(busyNanos, busyStretches, nowNanos)) {
            device.serve(scaling.inService());
            bell.expect(scaling.mayGrow(), scaling.mayShrink());
            LOGGER.log(Level.INFO, scaling.inService() + " of " + busyNanos.length + " shards in service");
        }
    }

    /// Ends the thread, and waits for that.
    @Override
    public void close() {
        bell.end();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void scale() {
        try {
            while (bell.await()) {
                look(System.nanoTime());
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "threads.min-workers has no effect any longer: " + e.getMessage());
            bell.end();
            serveAll();
        }
    }

    private void serveAll() {
        try {
            device.serve(busyNanos.length);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "some shards stay out of service: " + e.getMessage());
        }
    }
}
