// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Keeps the sessions of all shards within `max-session-count`: when one too many is established, the one that was
/// idle longest anywhere ends, and exactly N stay.
///
/// Only established sessions count and only they are ended, so connections that are still being opened can never
/// push one out. Touched when a session is established or ends, never per packet. May be used from any thread.
final class SessionPermits {
    /// What an owner without sessions publishes as its oldest activity.
    static final long NO_SESSION = Long.MAX_VALUE;

    private static final int UNLIMITED = 0;

    private final int limit;
    private final AtomicInteger live = new AtomicInteger();
    private final AtomicLongArray oldestActivityNanos;
    private final AtomicReferenceArray<@Nullable ShardMailbox> mailboxes;

    /// @param limit sessions, or 0 for no limit
    SessionPermits(int limit, int shards) {
        this.limit = limit;
        oldestActivityNanos = new AtomicLongArray(shards);
        mailboxes = new AtomicReferenceArray<>(shards);
        for (int i = 0; i < shards; i++) {
            oldestActivityNanos.set(i, NO_SESSION);
        }
    }

    /// Whether there is a limit at all: without one nobody needs to [publish][#publishOldest].
    boolean isLimited() {
        return limit != UNLIMITED;
    }

    /// Says where `shard` is told to evict.
    void register(int shard, ShardMailbox mailbox) {
        mailboxes.set(shard, mailbox);
    }

    /// Says since when the longest idle session of `shard` is idle, ns, or [#NO_SESSION]. The clocks of all shards
    /// have one origin.
    void publishOldest(int shard, long activityNanos) {
        if (oldestActivityNanos.getPlain(shard) != activityNanos) {
            oldestActivityNanos.setOpaque(shard, activityNanos);
        }
    }

    /// Counts a session that was established. The caller then sees to it that what is too many ends:
    /// [#isExceeded], [#requestEviction].
    void acquire() {
        live.incrementAndGet();
    }

    /// Uncounts a session that ended by itself.
    void release() {
        live.decrementAndGet();
    }

    /// Whether there are more sessions than permitted.
    boolean isExceeded() {
        return isLimited() && live.get() > limit;
    }

    /// Uncounts one session if there are too many. The caller then ends its oldest one without [#release]. Of
    /// several who try at once, no more succeed than there are sessions too many.
    boolean tryRevokeOne() {
        int count = live.get();
        while (isLimited() && count > limit) {
            if (live.compareAndSet(count, count - 1)) {
                return true;
            }
            count = live.get();
        }
        return false;
    }

    /// The shard with the session that was idle longest, or -1.
    int shardOfOldest() {
        int shard = -1;
        long oldest = NO_SESSION;
        for (int i = 0; i < oldestActivityNanos.length(); i++) {
            long activity = oldestActivityNanos.getOpaque(i);
            if (activity < oldest) {
                oldest = activity;
                shard = i;
            }
        }
        return shard;
    }

    /// Asks a shard to evict its oldest session.
    ///
    /// @return false if it cannot be asked now
    boolean requestEviction(int shard) {
        ShardMailbox mailbox = mailboxes.get(shard);
        return mailbox != null && mailbox.offer(ShardCommand.EVICT);
    }

    /// Established sessions now.
    int live() {
        return live.get();
    }
}
