// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.Tunnel;
import io.socks5tunnel.api.TunnelStatistics;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// A tunnel whose shards have threads. All methods may be called from any thread.
final class RunningTunnel implements Tunnel {
    private static final Logger LOGGER = System.getLogger(RunningTunnel.class.getName());

    private final ShardGroup group;
    private final ShardPlacement placement;
    private final WorkerPool workers;
    private final CountDownLatch ended = new CountDownLatch(1);

    // written before the latch opens, read after it
    private @Nullable Throwable failure;
    private @Nullable IOException closeFailure;

    private RunningTunnel(ShardGroup group, ShardPlacement placement) {
        this.group = group;
        this.placement = placement;
        workers = new WorkerPool(group.shards(), placement, this::onEnded);
    }

    static RunningTunnel start(ShardGroup group, ShardPlacement placement) {
        RunningTunnel tunnel = new RunningTunnel(group, placement);
        if (!placement.warning().isEmpty()) {
            LOGGER.log(Level.WARNING, placement.warning());
        }
        group.startKeepers();
        tunnel.workers.start();
        return tunnel;
    }

    @Override
    public String deviceName() {
        return group.device().name();
    }

    @Override
    public int deviceIndex() {
        return group.device().index();
    }

    @Override
    public String description() {
        String where = placement.description();
        return group.description() + (where.isEmpty() ? "" : ", " + where);
    }

    @Override
    public TunnelStatistics statistics() {
        return group.statistics();
    }

    @Override
    public void awaitEnd() throws IOException, InterruptedException {
        ended.await();
        if (failure != null) {
            throw new IOException("the tunnel failed: " + failure.getMessage(), failure);
        }
    }

    @Override
    public boolean awaitQuiet() throws InterruptedException {
        return group.shared().quietTimes().await();
    }

    @Override
    public void close() throws IOException {
        workers.stop();
        joinUninterrupted();
        if (closeFailure != null) {
            throw new IOException("the device could not be closed: " + closeFailure.getMessage(), closeFailure);
        }
    }

    private void onEnded(@Nullable Throwable why) {
        failure = why;
        try {
            group.closeDevice();
        } catch (IOException e) {
            closeFailure = e;
        } finally {
            group.shared().quietTimes().end();
            ended.countDown();
        }
    }

    private void joinUninterrupted() {
        boolean wasInterrupted = false;
        while (true) {
            try {
                workers.join();
                break;
            } catch (InterruptedException _) {
                wasInterrupted = true;
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
