// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.Reactor;
import java.util.ArrayDeque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Upstream connections that are made before a flow needs them: as many as flows began in the last seconds, within
/// a limit, and none of them old.
///
/// It opens nothing itself. Its owner asks once a cycle how many are [missing][#missing], begins them, and says
/// what became of each with [#add] or [#failed]. Who has failed is not tried again before the next flow wants one,
/// so a server that is away costs nothing while nobody needs it; and without flows the pool is empty after
/// [#MAX_AGE_NANOS] and sets no deadline. Confined to one shard.
///
/// @param <W> what is kept
final class WarmPool<W extends WarmPool.Warm> {
    /// How long one is kept, ns. Servers close what stays silent for longer.
    static final long MAX_AGE_NANOS = 10_000_000_000L;

    /// Demand is what this window and the one before it have seen, ns.
    private static final long WINDOW_NANOS = MAX_AGE_NANOS / 2;

    private final int limit;
    private final ArrayDeque<Kept<W>> ready = new ArrayDeque<>();
    private int opening;
    private long windowStartNanos;
    private int demandNow;
    private int demandBefore;

    /// @param limit how many may be ready or being opened, 0 to switch it off
    WarmPool(int limit) {
        this.limit = limit;
    }

    /// Something that waits for a flow.
    interface Warm {
        /// Closes it, since no flow came.
        void release();
    }

    /// Notes that a flow begins, and gives it the one that was ready first, or null.
    @Nullable
    W take(long nowNanos) {
        if (limit == 0) {
            return null;
        }
        turnWindow(nowNanos);
        demandNow++;
        expire(nowNanos);
        Kept<W> kept = ready.poll();
        return kept == null ? null : kept.warm();
    }

    /// How many more should be opened.
    int missing(long nowNanos) {
        if (limit == 0) {
            return 0;
        }
        turnWindow(nowNanos);
        return Math.max(0, Math.min(limit, demandNow + demandBefore) - ready.size() - opening);
    }

    /// Notes that one is being opened. Either [#add] or [#failed] follows.
    void begin() {
        opening++;
    }

    /// Keeps one whose opening was [noted][#begin].
    void add(W warm, long nowNanos) {
        opening--;
        ready.add(new Kept<>(warm, nowNanos));
    }

    /// Notes that one that was [begun][#begin] came to nothing.
    void failed() {
        opening--;
        forgetDemand();
    }

    /// Forgets one that the server has closed while it waited. Harmless if it is not kept here.
    void lost(W warm) {
        if (ready.removeIf(kept -> kept.warm().equals(warm))) {
            forgetDemand();
        }
    }

    /// Releases those of which `isDead` says that the server has closed them.
    void discardIf(Predicate<? super W> isDead) {
        boolean hasDiscarded = ready.removeIf(kept -> {
            boolean isOver = isDead.test(kept.warm());
            if (isOver) {
                kept.warm().release();
            }
            return isOver;
        });
        if (hasDiscarded) {
            forgetDemand();
        }
    }

    /// Releases those that are too old.
    void expire(long nowNanos) {
        Kept<W> oldest = ready.peek();
        while (oldest != null && nowNanos - oldest.sinceNanos() >= MAX_AGE_NANOS) {
            ready.remove();
            oldest.warm().release();
            oldest = ready.peek();
        }
    }

    /// When [#expire] must be called at the latest, or [Reactor#NO_DEADLINE].
    long nextDeadlineNanos() {
        Kept<W> oldest = ready.peek();
        return oldest == null ? Reactor.NO_DEADLINE : oldest.sinceNanos() + MAX_AGE_NANOS;
    }

    /// Releases all.
    void releaseAll() {
        Kept<W> kept = ready.poll();
        while (kept != null) {
            kept.warm().release();
            kept = ready.poll();
        }
    }

    /// How many are ready.
    int size() {
        return ready.size();
    }

    /// How many are being opened.
    int opening() {
        return opening;
    }

    private void forgetDemand() {
        demandNow = 0;
        demandBefore = 0;
    }

    private void turnWindow(long nowNanos) {
        long elapsed = nowNanos - windowStartNanos;
        if (elapsed < WINDOW_NANOS) {
            return;
        }
        demandBefore = elapsed < 2 * WINDOW_NANOS ? demandNow : 0;
        demandNow = 0;
        windowStartNanos = nowNanos;
    }

    private record Kept<W>(W warm, long sinceNanos) {}
}
