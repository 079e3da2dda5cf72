// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.Reactor;

/// Finds the time to give memory back: when most of many flows have ended, or many slabs lie idle, and ten seconds
/// later hardly anything has happened. It asks for one wake-up then, and for none while there is nothing to give.
///
/// Confined to one shard.
final class QuietWatch {
    /// How long it has to be quiet, ns.
    static final long QUIET_NANOS = 10_000_000_000L;

    /// So many flows on a shard leave something worth collecting behind.
    static final int MANY_FLOWS = 64;

    /// So many idle slabs, 1.1 MiB, are worth giving back.
    static final int MANY_SLABS = 16;

    /// So few are fetched in ten seconds by what hardly counts as work, such as keep-alives.
    static final int FEW_TAKES = 16;

    private static final int FEW_DIVISOR = 8;

    private int mostFlows;
    private int takesSeen;
    private long dueNanos = Reactor.NO_DEADLINE;

    /// Looks around, once a cycle.
    ///
    /// @param flows of this shard now
    /// @param idleSlabs that lie unused, here or where all shards take them from
    /// @param takes how often slabs were fetched so far, by this shard or by another where all take them from: what
    ///     is idle now may be in use a moment later, and work is not to be stopped for the collector
    /// @return whether to give memory back now
    boolean isDue(int flows, int idleSlabs, int takes, long nowNanos) {
        mostFlows = Math.max(mostFlows, flows);
        if (!hasMuchToGive(flows, idleSlabs)) {
            dueNanos = Reactor.NO_DEADLINE;
        } else if (dueNanos == Reactor.NO_DEADLINE || takes - takesSeen > FEW_TAKES) {
            dueNanos = nowNanos + QUIET_NANOS;
            takesSeen = takes;
        }
        if (nowNanos < dueNanos) {
            return false;
        }
        mostFlows = flows;
        dueNanos = Reactor.NO_DEADLINE;
        return true;
    }

    /// Nobody wants memory back at present.
    void rest() {
        dueNanos = Reactor.NO_DEADLINE;
    }

    /// When to look again at the latest, or [Reactor#NO_DEADLINE].
    long nextDeadlineNanos() {
        return dueNanos;
    }

    private boolean hasMuchToGive(int flows, int idleSlabs) {
        return idleSlabs >= MANY_SLABS || mostFlows >= MANY_FLOWS && flows <= mostFlows / FEW_DIVISOR;
    }
}
