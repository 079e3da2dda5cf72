// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import org.jspecify.annotations.Nullable;

/// All TIME-WAIT entries of a stack in the order in which they end, which is the order in which they began, as all
/// last equally long. At most [#MAX_ENTRIES]; beyond that the oldest ends early. Confined to one shard.
final class TimeWaits {
    /// Entries kept.
    static final int MAX_ENTRIES = 16384;

    /// How much later than it might an entry may end, ns. Thousands that began within a second would otherwise each
    /// wake the shard a minute later, when it has long been idle; nobody waits for their end.
    static final long LATENESS_NANOS = 1_000_000_000;

    private final long durationNanos;
    private @Nullable TimeWait first;
    private @Nullable TimeWait last;
    private int size;

    TimeWaits(long durationNanos) {
        this.durationNanos = durationNanos;
    }

    /// When to look for those that have ended at the latest, or [TcpTimers#NONE].
    long nextDeadlineNanos() {
        return first == null ? TcpTimers.NONE : first.expiryNanos() + LATENESS_NANOS;
    }

    /// Adds an entry that begins now.
    void add(TimeWait entry, long nowNanos) {
        entry.expiryNanos(nowNanos + durationNanos);
        entry.previous(last);
        entry.next(null);
        if (last == null) {
            first = entry;
        } else {
            last.next(entry);
        }
        last = entry;
        size++;
    }

    /// Lets an entry begin again.
    void restart(TimeWait entry, long nowNanos) {
        remove(entry);
        add(entry, nowNanos);
    }

    void remove(TimeWait entry) {
        TimeWait before = entry.previous();
        TimeWait after = entry.next();
        if (before == null) {
            first = after;
        } else {
            before.next(after);
        }
        if (after == null) {
            last = before;
        } else {
            after.previous(before);
        }
        // Its successor may hold on to it, and it must not hold on to all that came later.
        entry.previous(null);
        entry.next(null);
        size--;
    }

    /// The next entry that has ended or must give way, or null.
    @Nullable
    TimeWait firstToEnd(long nowNanos) {
        if (first == null) {
            return null;
        }
        return size > MAX_ENTRIES || first.expiryNanos() <= nowNanos ? first : null;
    }
}
