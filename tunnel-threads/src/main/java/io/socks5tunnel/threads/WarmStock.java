// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.Reactor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Opens connections ahead of the flows that will need them. How many and for how long is [WarmPool]'s. Confined to
/// one shard.
///
/// @param <W> what a flow gets
final class WarmStock<W extends WarmPool.Warm> implements Waker {
    private final WarmPool<W> pool;
    private final OpenLimits limits;
    private final long timeoutNanos;
    private final Opener<W> opener;
    private final Predicate<? super W> isAlive;
    private final List<Begun<W>> opening = new ArrayList<>();
    private boolean isAwake;

    /// @param limit how many, 0 to switch it off
    /// @param isAlive whether the server has not ended one, as far as can be known
    WarmStock(int limit, int timeoutMillis, OpenLimits limits, Opener<W> opener, Predicate<? super W> isAlive) {
        pool = new WarmPool<>(limit);
        this.limits = limits;
        this.opener = opener;
        this.isAlive = isAlive;
        timeoutNanos = timeoutMillis * 1_000_000L;
    }

    /// Begins to open one.
    ///
    /// @param <W> what a flow gets
    @FunctionalInterface
    interface Opener<W> {
        /// @param owner woken when there may be more to do, and when the server has ended what was opened
        Opening<W> begin(Waker owner, long nowNanos);
    }

    /// One that is being opened.
    ///
    /// @param <W> what a flow gets
    interface Opening<W> {
        /// Goes on as far as possible without waiting.
        Progress advance(long nowNanos);

        /// What was [opened][Progress#OPENED].
        W opened();

        /// Gives up. Nothing happens after this.
        void cancel();
    }

    /// How far an opening has come.
    enum Progress {
        /// It waits for something.
        UNDER_WAY,
        /// It is there.
        OPENED,
        /// It came to nothing.
        FAILED
    }

    /// Notes that a flow begins, and gives it one that the server has not ended as far as can be known, or null.
    @Nullable
    W take(long nowNanos) {
        W warm = pool.take(nowNanos);
        while (warm != null && !isAlive.test(warm)) {
            warm.release();
            warm = pool.take(nowNanos);
        }
        return warm;
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
            pool.discardIf(isAlive.negate());
            opening.removeIf(one -> hasEnded(one.what(), nowNanos));
        }
        while (!opening.isEmpty() && nowNanos >= opening.getFirst().sinceNanos() + timeoutNanos) {
            opening.removeFirst().what().cancel();
            onFailed();
        }
        for (int missing = pool.missing(nowNanos); missing > 0 && limits.tryBeginDatagrams(); missing--) {
            pool.begin();
            Opening<W> one = opener.begin(this, nowNanos);
            if (!hasEnded(one, nowNanos)) {
                opening.add(new Begun<>(one, nowNanos));
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
        for (Begun<W> one : opening) {
            one.what().cancel();
            onFailed();
        }
        opening.clear();
        pool.releaseAll();
    }

    /// How many wait for a flow, or are being made.
    int size() {
        return pool.size() + opening.size();
    }

    private boolean hasEnded(Opening<W> one, long nowNanos) {
        return switch (one.advance(nowNanos)) {
            case UNDER_WAY -> false;
            case OPENED -> {
                limits.endDatagrams();
                pool.add(one.opened(), nowNanos);
                yield true;
            }
            case FAILED -> {
                onFailed();
                yield true;
            }
        };
    }

    private void onFailed() {
        limits.endDatagrams();
        pool.failed();
    }

    private record Begun<W>(Opening<W> what, long sinceNanos) {}
}
