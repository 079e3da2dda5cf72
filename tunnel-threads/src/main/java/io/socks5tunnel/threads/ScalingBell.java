// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// By which shards call the thread that takes them out of service and puts them back. That thread sleeps until
/// then: where nothing is done, nobody wakes for it.
///
/// May be used from any thread; a shard that rings never waits.
final class ScalingBell {
    /// How often a busy shard rings.
    static final long BUSY_EVERY_NANOS = ShardScaling.SAMPLE_NANOS;

    /// How often any shard rings that is awake anyway.
    static final long LOOK_EVERY_NANOS = 1_000_000_000;

    private final AtomicBoolean isRung = new AtomicBoolean();

    /// Volatile, like all below: written by the thread that listens, or by whichever shard rings; if two do at
    /// once, the thread wakes once more than it had to.
    private volatile @Nullable Thread listener;

    private volatile boolean isOver;
    private volatile boolean mayGrow;
    private volatile boolean mayShrink;
    private volatile long busyRungNanos;
    private volatile long lookRungNanos;

    /// Whether anybody listens: if not, no shard measures anything.
    boolean isHeard() {
        return listener != null;
    }

    /// A shard has worked through a stretch, of its time a great part if it was busy.
    void endStretch(boolean wasBusy, long nowNanos) {
        if (wasBusy && mayGrow && nowNanos - busyRungNanos >= BUSY_EVERY_NANOS) {
            busyRungNanos = nowNanos;
            ring();
        } else if (mayShrink && nowNanos - lookRungNanos >= LOOK_EVERY_NANOS) {
            lookRungNanos = nowNanos;
            ring();
        }
    }

    /// Says who listens from now on.
    void heardBy(Thread thread, long nowNanos) {
        busyRungNanos = nowNanos - BUSY_EVERY_NANOS;
        lookRungNanos = nowNanos;
        listener = thread;
    }

    /// Says what there is to ring for.
    void expect(boolean growth, boolean shrinking) {
        mayGrow = growth;
        mayShrink = shrinking;
    }

    /// Waits until it is rung; what was rung before counts once. For the listener.
    ///
    /// @return false if it is over
    boolean await() {
        while (!isOver && !takeRing()) {
            LockSupport.park(this);
        }
        return !isOver;
    }

    /// Whether it was rung since the last time. For the listener.
    boolean takeRing() {
        return isRung.getAndSet(false);
    }

    /// Nobody listens any longer.
    void end() {
        isOver = true;
        LockSupport.unpark(listener);
        listener = null;
    }

    private void ring() {
        if (isRung.compareAndSet(false, true)) {
            LockSupport.unpark(listener);
        }
    }
}
