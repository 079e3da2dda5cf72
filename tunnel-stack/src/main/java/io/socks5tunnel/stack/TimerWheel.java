// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

import io.socks5tunnel.api.spi.Reactor;

/// The timers of one shard: any number of them, set and cancelled in constant time without allocation.
///
/// A deadline never fires early. [#advance] fires it at the latest one tick after it has passed, and
/// [#nextDeadlineNanos()] says when to call that, so that a wheel in which nothing is due causes no wake-ups.
/// Confined to one shard.
public final class TimerWheel {
    /// "Never", as [Reactor#NO_DEADLINE].
    public static final long NO_DEADLINE = Reactor.NO_DEADLINE;

    /// 1 ms.
    public static final long DEFAULT_TICK_NANOS = 1_000_000;

    /// What a timer does when it fires.
    @FunctionalInterface
    public interface Handler {
        /// The deadline has passed. The entry is free: it and any other entry may be scheduled and cancelled here. What
        /// is scheduled here fires in a later [TimerWheel#advance], whatever its deadline.
        void onTimer(long nowNanos);
    }

    /// One timer: made once, embedded in what it belongs to, and scheduled any number of times in one wheel.
    public static final class Entry {
        private final Handler handler;
        private long deadlineNanos = NO_DEADLINE;

        /// A timer that is not scheduled.
        public Entry(Handler handler) {
            this.handler = handler;
        }

        /// Whether it waits in a wheel.
        public boolean isScheduled() {
            return deadlineNanos != NO_DEADLINE;
        }

        /// The deadline as it was scheduled, ns, or [TimerWheel#NO_DEADLINE].
        public long deadlineNanos() {
            return deadlineNanos;
        }
    }

    /// An empty wheel with ticks of [#DEFAULT_TICK_NANOS].
    public TimerWheel(long nowNanos) {
        this(nowNanos, DEFAULT_TICK_NANOS);
    }

    /// An empty wheel.
    ///
    /// @param tickNanos granularity, ns, at least 1
    public TimerWheel(long nowNanos, long tickNanos) {}

    /// Sets `entry` to fire at `deadlineNanos`, instead of when it was set to before. [#NO_DEADLINE] cancels.
    public void schedule(Entry entry, long deadlineNanos) {}

    /// Makes `entry` not fire. Nothing happens if it is not scheduled.
    public void cancel(Entry entry) {}

    /// When [#advance] must be called next, or [#NO_DEADLINE] if nothing is scheduled.
    public long nextDeadlineNanos() {
        return NO_DEADLINE;
    }

    /// Fires what is due, in the order of deadlines, by ticks. A time before that of an earlier call counts as that one.
    ///
    /// @return how many fired
    public int advance(long nowNanos) {
        return 0;
    }

    /// How many entries are scheduled.
    public int size() {
        return 0;
    }
}
