// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.CpuList;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/// Runs one shard on a thread until it is told to stop or fails.
///
/// A shard that throws is closed with its flows reset, in good order like one that was told to stop; what it threw
/// goes to the listener.
final class ShardRunner implements Runnable {
    private static final Logger LOGGER = System.getLogger(ShardRunner.class.getName());

    private final Shard shard;
    private final CpuList cpus;
    private final EndListener listener;

    /// @param cpus where the thread is to run; anywhere if there is none
    ShardRunner(Shard shard, CpuList cpus, EndListener listener) {
        this.shard = shard;
        this.cpus = cpus;
        this.listener = listener;
    }

    /// Told when a shard has ended. Runs on its thread, as the last thing there.
    @FunctionalInterface
    interface EndListener {
        /// @param failure what it threw, or null if it was told to stop
        void onEnd(@Nullable Throwable failure);
    }

    @Override
    public void run() {
        Throwable failure = cycle();
        Throwable failureOfClose = close();
        listener.onEnd(failure == null ? failureOfClose : failure);
    }

    private @Nullable Throwable cycle() {
        try {
            settle();
            long waitUntilNanos = shard.nowNanos();
            while (!shard.isStopping()) {
                waitUntilNanos = shard.runOnce(waitUntilNanos);
            }
            return null;
        } catch (Throwable t) { // the one place where everything is caught: the others must end in good order
            LOGGER.log(Level.ERROR, "shard " + shard.index() + " failed and ends the tunnel", t);
            return t;
        }
    }

    /// No reason to end: the shard does its work anywhere.
    private void settle() {
        if (cpus.isEmpty()) {
            return;
        }
        try {
            shard.runOn(cpus);
        } catch (IOException e) {
            LOGGER.log(
                    Level.WARNING,
                    "shard " + shard.index() + " runs anywhere instead of on CPUs " + cpus + ": " + e.getMessage());
        }
    }

    private @Nullable Throwable close() {
        try {
            shard.close();
            return null;
        } catch (Throwable t) {
            LOGGER.log(Level.ERROR, "shard " + shard.index() + " could not be closed in good order", t);
            return t;
        }
    }
}
