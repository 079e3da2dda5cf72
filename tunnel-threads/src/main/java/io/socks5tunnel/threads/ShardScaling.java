// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

/// Decides how many shards are in service: those whose queues get packets, and with them new flows. They are a
/// stack: the first so many, so the last one goes and the next one comes back.
///
/// - One more, if a shard is [busy][ShardLoad] and all together have enough to do for half of those in service.
/// - One less, if for a whole rest no shard was busy, all together would have done less than half of what one fewer
///   could have, and the one to go had hardly anything to do: its flows stay with it, and from then on each of
///   their packets takes a detour.
///
/// One more is what one less would undo only at a smaller load; so nothing comes and goes while the load stays the
/// same. Where it does not, but rises again soon after every rest, each rest is twice as long as the one before.
///
/// Pure: time and load are told. Confined to one thread.
final class ShardScaling {
    /// For how long there has to be little to do at first.
    static final long REST_NANOS = 3_000_000_000L;

    /// For how long at most.
    static final long MAX_REST_NANOS = 100 * REST_NANOS;

    /// The load is judged over this long at least, when a shard is busy.
    static final long SAMPLE_NANOS = 50_000_000;

    /// What was seen longer ago says nothing about the load now.
    private static final long STALE_NANOS = 10 * SAMPLE_NANOS;

    /// The one to go did something in less than an eighth of the time.
    private static final int HARDLY_DIVISOR = 8;

    private final int min;
    private final int max;
    private final Window sample;
    private final Window rest;
    private int inService;
    private long restNanos = REST_NANOS;
    private long shrunkNanos;
    private boolean hasShrunk;

    /// All shards are in service at the start, and have done nothing.
    ///
    /// @param min from 1
    /// @param max how many there are
    ShardScaling(int min, int max, long nowNanos) {
        this.min = min;
        this.max = max;
        inService = max;
        sample = new Window(max, nowNanos);
        rest = new Window(max, nowNanos);
    }

    /// Looks at what the shards have done.
    ///
    /// @param busyNanos for how long each was busy since the start
    /// @param busyStretches in how many stretches any was, likewise
    /// @return whether [#inService] is not what it was
    boolean hasChanged(long[] busyNanos, long busyStretches, long nowNanos) {
        int before = inService;
        if (sample.elapsed(nowNanos) >= SAMPLE_NANOS) {
            if (isOverloaded(busyNanos, busyStretches, nowNanos)) {
                grow(nowNanos);
            }
            sample.begin(busyNanos, busyStretches, nowNanos);
        }
        if (busyStretches != rest.stretches) {
            rest.begin(busyNanos, busyStretches, nowNanos);
        } else if (rest.elapsed(nowNanos) >= restNanos) {
            if (isIdle(busyNanos, nowNanos)) {
                shrink(nowNanos);
            }
            rest.begin(busyNanos, busyStretches, nowNanos);
        }
        return inService != before;
    }

    /// How many shards are in service, from `min` to `max`.
    int inService() {
        return inService;
    }

    /// Whether there is one to put back.
    boolean mayGrow() {
        return inService < max;
    }

    /// Whether there is one to take out.
    boolean mayShrink() {
        return inService > min;
    }

    private boolean isOverloaded(long[] busyNanos, long busyStretches, long nowNanos) {
        long elapsed = sample.elapsed(nowNanos);
        return mayGrow()
                && elapsed <= STALE_NANOS
                && busyStretches != sample.stretches
                && sample.busySum(busyNanos) >= elapsed * inService / 2;
    }

    private boolean isIdle(long[] busyNanos, long nowNanos) {
        long elapsed = rest.elapsed(nowNanos);
        return mayShrink()
                && rest.busySum(busyNanos) < elapsed * (inService - 1) / 2
                && rest.busy(busyNanos, inService - 1) < elapsed / HARDLY_DIVISOR;
    }

    private void grow(long nowNanos) {
        inService++;
        boolean wasTooSoon = hasShrunk && nowNanos - shrunkNanos < 2 * restNanos;
        restNanos = wasTooSoon ? Math.min(2 * restNanos, MAX_REST_NANOS) : REST_NANOS;
        hasShrunk = false;
    }

    private void shrink(long nowNanos) {
        inService--;
        shrunkNanos = nowNanos;
        hasShrunk = true;
    }

    /// What was done since a moment.
    private static final class Window {
        private final long[] busyNanos;
        private long stretches;
        private long beginNanos;

        Window(int shards, long nowNanos) {
            busyNanos = new long[shards];
            beginNanos = nowNanos;
        }

        void begin(long[] nowBusyNanos, long nowStretches, long nowNanos) {
            System.arraycopy(nowBusyNanos, 0, busyNanos, 0, busyNanos.length);
            stretches = nowStretches;
            beginNanos = nowNanos;
        }

        long elapsed(long nowNanos) {
            return nowNanos - beginNanos;
        }

        long busy(long[] nowBusyNanos, int shard) {
            return nowBusyNanos[shard] - busyNanos[shard];
        }

        long busySum(long[] nowBusyNanos) {
            long sum = 0;
            for (int shard = 0; shard < busyNanos.length; shard++) {
                sum += busy(nowBusyNanos, shard);
            }
            return sum;
        }
    }
}
