// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.threads.ShardCounters.Count;
import java.util.function.LongSupplier;

/// Measures for how long a shard is busy, if anybody wants to know: from the end of a wait to the beginning of the
/// next. It looks at stretches of ten milliseconds or more, when the shard is awake anyway, and asks for no
/// wake-up.
///
/// Time that the thread would have run but had no processor counts as busy: it could not do more then, either.
///
/// Confined to one shard.
final class ShardLoad {
    static final long STRETCH_NANOS = 10_000_000;

    private final ScalingBell bell;
    private final ShardCounters counters;
    private final LongSupplier clock;
    private boolean isMeasuring;
    private long seenNanos;
    private long beginNanos;
    private long busyAtBegin;

    /// @param clock the shard's
    ShardLoad(ScalingBell bell, ShardCounters counters, LongSupplier clock) {
        this.bell = bell;
        this.counters = counters;
        this.clock = clock;
        beginNanos = clock.getAsLong();
    }

    /// The shard has waited, or has seen that it must not.
    void beginCycle(long nowNanos) {
        if (isMeasuring) {
            counters.add(Count.BUSY_NANOS, nowNanos - seenNanos);
        }
        seenNanos = nowNanos;
        isMeasuring = bell.isHeard();
        if (isMeasuring && nowNanos - beginNanos >= STRETCH_NANOS) {
            endStretch(nowNanos);
        }
    }

    /// The shard is going to wait.
    void beginWait() {
        if (isMeasuring) {
            counters.add(Count.BUSY_NANOS, clock.getAsLong() - seenNanos);
            isMeasuring = false;
        }
    }

    private void endStretch(long nowNanos) {
        long busyNanos = counters.value(Count.BUSY_NANOS);
        boolean wasBusy = busyNanos - busyAtBegin >= (nowNanos - beginNanos) / 4 * 3;
        if (wasBusy) {
            counters.add(Count.BUSY_STRETCHES, 1);
        }
        beginNanos = nowNanos;
        busyAtBegin = busyNanos;
        bell.endStretch(wasBusy, nowNanos);
    }
}
