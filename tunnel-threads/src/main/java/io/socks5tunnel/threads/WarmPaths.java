// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.LimitSettings;
import io.socks5tunnel.api.spi.Reactor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Opens ways for datagrams ahead of the flows that will need them, so that a DNS query from a fresh port waits for
/// no handshake. How many and for how long is [WarmPool]'s. Confined to one shard.
final class WarmPaths implements Waker {
    private final WarmPool<DatagramPath> pool;
    private final UdpDialer dialer;
    private final OpenLimits limits;
    private final DatagramScratch scratch;
    private final long timeoutNanos;
    private final List<Opening> opening = new ArrayList<>();
    private boolean isAwake;

    WarmPaths(LimitSettings settings, UdpDialer dialer, OpenLimits limits, DatagramScratch scratch) {
        pool = new WarmPool<>(settings.warmAssociations());
        this.dialer = dialer;
        this.limits = limits;
        this.scratch = scratch;
        timeoutNanos = settings.connectTimeoutMillis() * 1_000_000L;
    }

    /// Notes that a flow begins, and gives it a path that the server has not ended as far as can be known, or null.
    @Nullable
    DatagramPath take(long nowNanos) {
        DatagramPath path = pool.take(nowNanos);
        while (path != null && !path.isAlive(scratch)) {
            path.release();
            path = pool.take(nowNanos);
        }
        return path;
    }

    @Override
    public void wake() {
        isAwake = true;
    }

    /// Goes on with what is being opened, forgets what has ended, and begins what is missing.
    void run(long nowNanos) {
        pool.expire(nowNanos);
        if (isAwake) {
            isAwake = false;
            pool.discardIf(path -> !path.isAlive(scratch));
            opening.removeIf(one -> hasEnded(one, nowNanos));
        }
        while (!opening.isEmpty() && nowNanos >= opening.getFirst().sinceNanos() + timeoutNanos) {
            opening.removeFirst().dial().cancel();
            onFailed();
        }
        for (int missing = pool.missing(nowNanos); missing > 0 && limits.tryBeginDatagrams(); missing--) {
            pool.begin();
            Opening one = new Opening(dialer.dial(this, nowNanos), nowNanos);
            if (!hasEnded(one, nowNanos)) {
                opening.add(one);
            }
        }
    }

    /// Whether [#run] has something to do at once.
    boolean hasWork() {
        return isAwake;
    }

    /// When [#run] must be called at the latest.
    long nextDeadlineNanos() {
        long timeout =
                opening.isEmpty() ? Reactor.NO_DEADLINE : opening.getFirst().sinceNanos() + timeoutNanos;
        return Math.min(timeout, pool.nextDeadlineNanos());
    }

    /// Ends all.
    void endAll() {
        for (Opening one : opening) {
            one.dial().cancel();
            onFailed();
        }
        opening.clear();
        pool.releaseAll();
    }

    /// Paths that wait for a flow, or are being made.
    int size() {
        return pool.size() + opening.size();
    }

    private boolean hasEnded(Opening one, long nowNanos) {
        return switch (one.dial().advance(nowNanos)) {
            case UdpDial.Outcome.UnderWay _ -> false;
            case UdpDial.Outcome.Opened(DatagramPath path) -> {
                limits.endDatagrams();
                pool.add(path, nowNanos);
                yield true;
            }
            case UdpDial.Outcome.Failed _ -> {
                onFailed();
                yield true;
            }
        };
    }

    private void onFailed() {
        limits.endDatagrams();
        pool.failed();
    }

    private record Opening(UdpDial dial, long sinceNanos) {}
}
