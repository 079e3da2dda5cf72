// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

/// Whether a shard's datagrams come so densely that their senders should not be interrupted for each of them
/// (`Reactor#preferBatches`). Looks at stretches of ten milliseconds or more, and asks for no wake-up.
///
/// Confined to one shard.
final class DatagramPace {
    /// From how many datagrams per second on, both directions together, it is dense.
    static final long DENSE_PER_SECOND = 20_000;

    /// Below how many it is so no more.
    static final long SPARSE_PER_SECOND = 10_000;

    static final long STRETCH_NANOS = 10_000_000;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private long beginNanos;
    private long countAtBegin;
    private boolean isDense;

    DatagramPace(long nowNanos) {
        beginNanos = nowNanos;
    }

    /// Looks at the count, once a cycle.
    ///
    /// @param datagrams since the shard began
    /// @return whether [#isDense] is not what it was
    boolean hasChanged(long datagrams, long nowNanos) {
        long elapsedNanos = nowNanos - beginNanos;
        if (elapsedNanos < STRETCH_NANOS) {
            return false;
        }
        long perSecond = (datagrams - countAtBegin) * NANOS_PER_SECOND / elapsedNanos;
        boolean wasDense = isDense;
        isDense = perSecond >= (wasDense ? SPARSE_PER_SECOND : DENSE_PER_SECOND);
        beginNanos = nowNanos;
        countAtBegin = datagrams;
        return isDense != wasDense;
    }

    boolean isDense() {
        return isDense;
    }
}
