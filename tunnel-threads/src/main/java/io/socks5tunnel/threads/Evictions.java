// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A shard's part in a limit on sessions: while there are more than permitted, the one that was idle longest on any
/// shard ends, whatever its kind. Confined to one shard; what is shared is in [SessionPermits].
final class Evictions {
    private final int shard;
    private final SessionPermits permits;
    private final List<Candidates> kinds = new ArrayList<>();
    private boolean isOwed;

    Evictions(int shard, SessionPermits permits) {
        this.shard = shard;
        this.permits = permits;
    }

    /// The sessions of one kind.
    interface Candidates {
        /// Since when the one that is idle longest is idle, ns, or [SessionPermits#NO_SESSION].
        long oldestActivityNanos();

        /// Ends that one. Its permit is revoked already.
        void evictOldest();
    }

    /// Counts sessions of this kind too. Before the first call of anything else.
    void add(Candidates kind) {
        kinds.add(kind);
    }

    /// Ends the session that was idle longest while there are more than permitted: at once if it is one of this
    /// shard's, else by asking its owner.
    void settle() {
        isOwed = false;
        while (permits.isExceeded()) {
            publishOldest();
            int owner = permits.shardOfOldest();
            if (owner != shard) {
                isOwed = owner < 0 || !permits.requestEviction(owner);
                return;
            }
            Candidates oldest = kindOfOldest();
            if (oldest != null && permits.tryRevokeOne()) {
                oldest.evictOldest();
            }
        }
    }

    /// Whether [#settle] has found nobody to ask, and must be tried again soon.
    boolean isOwed() {
        return isOwed;
    }

    /// Tells the other shards about the session that was idle longest here.
    void publishOldest() {
        if (permits.isLimited()) {
            Candidates oldest = kindOfOldest();
            permits.publishOldest(shard, oldest == null ? SessionPermits.NO_SESSION : oldest.oldestActivityNanos());
        }
    }

    private @Nullable Candidates kindOfOldest() {
        Candidates oldest = null;
        long since = SessionPermits.NO_SESSION;
        for (int i = 0; i < kinds.size(); i++) {
            long activity = kinds.get(i).oldestActivityNanos();
            if (activity < since) {
                since = activity;
                oldest = kinds.get(i);
            }
        }
        return oldest;
    }
}
