// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.Reactor;
import org.jspecify.annotations.Nullable;

/// Sessions in the order of their last activity, and the time-out that they share: the first is always the one that
/// has been idle longest, so it is both the next to expire and the first to be evicted.
///
/// Every operation is a few pointer writes, which is what a common time-out buys over a timer per session. A
/// session is in at most one list. Confined to one shard.
///
/// @param <S> the sessions
final class ActivityList<S extends Place.Holder<S>> {
    private final long timeoutNanos;
    private @Nullable S oldest;
    private @Nullable S newest;
    private int size;

    /// @param timeoutMillis 0 or less means that nothing expires
    ActivityList(int timeoutMillis) {
        timeoutNanos = timeoutMillis * 1_000_000L;
    }

    /// Adds a session that is in no list, as active now.
    void add(S session, long nowNanos) {
        Place<S> place = session.place();
        place.lastActivityNanos = nowNanos;
        place.older = newest;
        place.newer = null;
        if (newest == null) {
            oldest = session;
        } else {
            newest.place().newer = session;
        }
        newest = session;
        size++;
    }

    /// Takes a session of this list out.
    void remove(S session) {
        Place<S> place = session.place();
        if (place.older == null) {
            oldest = place.newer;
        } else {
            place.older.place().newer = place.newer;
        }
        if (place.newer == null) {
            newest = place.older;
        } else {
            place.newer.place().older = place.older;
        }
        place.older = null;
        place.newer = null;
        size--;
    }

    /// Notes that a session of this list is active now.
    void touch(S session, long nowNanos) {
        Place<S> place = session.place();
        if (place.newer == null) {
            place.lastActivityNanos = nowNanos;
            return;
        }
        remove(session);
        add(session, nowNanos);
    }

    /// The session that has been idle longest, or null.
    @Nullable
    S oldest() {
        return oldest;
    }

    /// The session that has been idle longest if its time is up, or null.
    @Nullable
    S expired(long nowNanos) {
        return oldest != null && nowNanos >= nextDeadlineNanos() ? oldest : null;
    }

    /// When the first session expires, or [Reactor#NO_DEADLINE].
    long nextDeadlineNanos() {
        return oldest == null || timeoutNanos <= 0
                ? Reactor.NO_DEADLINE
                : oldest.place().lastActivityNanos + timeoutNanos;
    }

    int size() {
        return size;
    }
}
