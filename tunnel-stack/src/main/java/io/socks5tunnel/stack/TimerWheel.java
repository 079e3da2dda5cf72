// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

import io.socks5tunnel.api.spi.Reactor;
import org.jspecify.annotations.Nullable;

/// The timers of one shard: any number of them, set and cancelled in constant time without allocation.
///
/// A deadline never fires early. [#advance] fires it at the latest one tick after it has passed, and
/// [#nextDeadlineNanos()] says when to call that, so that a wheel in which nothing is due causes no wake-ups.
/// Confined to one shard.
///
/// Time is counted in ticks since the wheel was made, and a tick is read as a number of base 64. An entry lies at
/// the level of the highest digit in which its tick differs from the present one, in the slot of that digit:
///
/// ```
/// level 0   the next 64 ticks, one tick per slot
/// level 1   the rest of 64² ticks, 64 ticks per slot; when its time comes, a slot is emptied into level 0
/// level 2   the rest of 64³ ticks, 64² ticks per slot, emptied into levels 1 and 0
/// ...       up to level 10, which makes 292 years of nanoseconds
/// ```
///
/// Everything at one level is due before everything at the next, and slots are due in order, so that one bit map
/// per level finds what is next. An entry moves down at most ten times.
public final class TimerWheel {
    /// "Never", as [Reactor#NO_DEADLINE].
    public static final long NO_DEADLINE = Reactor.NO_DEADLINE;

    /// 1 ms.
    public static final long DEFAULT_TICK_NANOS = 1_000_000;

    private static final int DIGIT_BITS = 6;
    private static final int SLOTS = 1 << DIGIT_BITS;
    private static final int LEVELS = 11;
    private static final int NOWHERE = -1;

    private final long startNanos;
    private final long tickNanos;
    private final @Nullable Entry[] heads = new @Nullable Entry[LEVELS * SLOTS];
    private final @Nullable Entry[] tails = new @Nullable Entry[LEVELS * SLOTS];
    private final long[] occupiedSlots = new long[LEVELS];
    private int occupiedLevels;

    // Never later than the first tick in a slot. Cancelling leaves it too early, which costs one wake-up at most:
    // the slot is emptied then.
    private final long[] firstTicks = new long[LEVELS * SLOTS];

    private long currentTick;
    private long earliestNewTick;
    private boolean advancing;
    private int size;

    /// What a timer does when it fires.
    @FunctionalInterface
    public interface Handler {
        /// The deadline has passed. The entry is free: it and any other entry may be scheduled and cancelled here.
        /// What is scheduled here fires in a later [TimerWheel#advance], whatever its deadline.
        void onTimer(long nowNanos);
    }

    /// One timer: made once, kept by what it belongs to, and scheduled any number of times in one wheel.
    public static final class Entry {
        private final Handler handler;
        private long deadlineNanos = NO_DEADLINE;
        private long tick;
        private int slot = NOWHERE;
        private @Nullable Entry previous;
        private @Nullable Entry next;

        /// A timer that is not scheduled.
        public Entry(Handler handler) {
            this.handler = handler;
        }

        /// Whether it waits in a wheel.
        public boolean isScheduled() {
            return slot != NOWHERE;
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
    public TimerWheel(long nowNanos, long tickNanos) {
        if (tickNanos < 1) {
            throw new IllegalArgumentException("a tick of " + tickNanos + " ns");
        }
        this.startNanos = nowNanos;
        this.tickNanos = tickNanos;
    }

    /// Sets `entry` to fire at `deadlineNanos`, instead of when it was set to before. [#NO_DEADLINE] cancels.
    public void schedule(Entry entry, long deadlineNanos) {
        if (deadlineNanos == NO_DEADLINE) {
            cancel(entry);
            return;
        }
        long tick = Math.max(tickAtOrAfter(deadlineNanos), earliestNewTick);
        entry.deadlineNanos = deadlineNanos;
        if (entry.isScheduled()) {
            if (entry.tick == tick) {
                return;
            }
            unlink(entry);
        }
        entry.tick = tick;
        link(entry);
    }

    /// Makes `entry` not fire. Nothing happens if it is not scheduled.
    public void cancel(Entry entry) {
        if (entry.isScheduled()) {
            unlink(entry);
            entry.deadlineNanos = NO_DEADLINE;
        }
    }

    /// When [#advance] must be called next, or [#NO_DEADLINE] if nothing is scheduled. A time that has passed
    /// means: now.
    public long nextDeadlineNanos() {
        if (occupiedLevels == 0) {
            return NO_DEADLINE;
        }
        int level = Integer.numberOfTrailingZeros(occupiedLevels);
        int slot = level * SLOTS + Long.numberOfTrailingZeros(occupiedSlots[level]);
        return timeOf(firstTicks[slot]);
    }

    /// Fires what is due, in the order of deadlines, by ticks. A time before that of an earlier call counts as that
    /// one.
    ///
    /// An entry fires at most once in a call, so that a handler which schedules itself for the past cannot hold the
    /// shard up. Not to be called by a handler.
    ///
    /// @return how many fired
    public int advance(long nowNanos) {
        if (advancing) {
            throw new IllegalStateException("advance was called by a timer");
        }
        long targetTick = Math.max(tickAtOrBefore(nowNanos), currentTick);
        advancing = true;
        earliestNewTick = targetTick + 1;
        int fired = 0;
        try {
            while (occupiedLevels != 0) {
                int level = Integer.numberOfTrailingZeros(occupiedLevels);
                int digit = Long.numberOfTrailingZeros(occupiedSlots[level]);
                long slotTick = firstTickOfSlot(level, digit);
                if (slotTick > targetTick) {
                    break;
                }
                // Nothing lies between the old and the new present, so that every entry stays at its level.
                currentTick = slotTick;
                if (level == 0) {
                    fired += fire(digit, nowNanos);
                } else {
                    moveDown(level * SLOTS + digit);
                }
            }
            currentTick = targetTick;
        } finally {
            advancing = false;
            earliestNewTick = currentTick;
        }
        return fired;
    }

    /// How many entries are scheduled.
    public int size() {
        return size;
    }

    private int fire(int slot, long nowNanos) {
        int fired = 0;
        Entry entry = heads[slot];
        while (entry != null) {
            unlink(entry);
            entry.deadlineNanos = NO_DEADLINE;
            fired++;
            entry.handler.onTimer(nowNanos);
            entry = heads[slot];
        }
        return fired;
    }

    private void moveDown(int slot) {
        Entry entry = heads[slot];
        heads[slot] = null;
        tails[slot] = null;
        markEmpty(slot);
        while (entry != null) {
            Entry following = entry.next;
            size--;
            link(entry);
            entry = following;
        }
    }

    private void link(Entry entry) {
        int slot = slotOf(entry.tick);
        Entry tail = tails[slot];
        entry.slot = slot;
        entry.previous = tail;
        entry.next = null;
        tails[slot] = entry;
        if (tail == null) {
            heads[slot] = entry;
            firstTicks[slot] = entry.tick;
            int level = slot >>> DIGIT_BITS;
            occupiedSlots[level] |= 1L << slot;
            occupiedLevels |= 1 << level;
        } else {
            tail.next = entry;
            firstTicks[slot] = Math.min(firstTicks[slot], entry.tick);
        }
        size++;
    }

    private void unlink(Entry entry) {
        int slot = entry.slot;
        Entry before = entry.previous;
        Entry after = entry.next;
        if (before == null) {
            heads[slot] = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            tails[slot] = before;
        } else {
            after.previous = before;
        }
        if (before == null && after == null) {
            markEmpty(slot);
        }
        entry.previous = null;
        entry.next = null;
        entry.slot = NOWHERE;
        size--;
    }

    private void markEmpty(int slot) {
        int level = slot >>> DIGIT_BITS;
        occupiedSlots[level] &= ~(1L << slot);
        if (occupiedSlots[level] == 0) {
            occupiedLevels &= ~(1 << level);
        }
    }

    private int slotOf(long tick) {
        long difference = tick ^ currentTick;
        int level = difference == 0 ? 0 : (63 - Long.numberOfLeadingZeros(difference)) / DIGIT_BITS;
        return level * SLOTS + (int) (tick >>> level * DIGIT_BITS & SLOTS - 1);
    }

    private long firstTickOfSlot(int level, int digit) {
        int shift = level * DIGIT_BITS;
        long higherDigits = level == LEVELS - 1 ? 0 : currentTick >>> shift + DIGIT_BITS << shift + DIGIT_BITS;
        return higherDigits | (long) digit << shift;
    }

    private long tickAtOrAfter(long timeNanos) {
        long since = sinceStart(timeNanos);
        long tick = since / tickNanos;
        return tick * tickNanos == since ? tick : tick + 1;
    }

    private long tickAtOrBefore(long timeNanos) {
        return sinceStart(timeNanos) / tickNanos;
    }

    // Deadlines may be as far as the largest long, and the clock may have begun below zero.
    private long sinceStart(long timeNanos) {
        if (timeNanos <= startNanos) {
            return 0;
        }
        long since = timeNanos - startNanos;
        return since < 0 ? Long.MAX_VALUE : since;
    }

    private long timeOf(long tick) {
        long high = Math.multiplyHigh(tick, tickNanos);
        long since = tick * tickNanos;
        if (high != 0 || since < 0 || startNanos > 0 && since >= NO_DEADLINE - startNanos) {
            return NO_DEADLINE - 1;
        }
        return startNanos + since;
    }
}
