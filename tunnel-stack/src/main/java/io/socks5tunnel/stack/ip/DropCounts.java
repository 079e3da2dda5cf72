// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import io.socks5tunnel.api.DropReason;

/// How many packets a stack dropped, by reason. Confined to one shard.
@SuppressWarnings("EnumOrdinal") // a plain array, since this is counted per packet
public final class DropCounts {
    private final long[] counts = new long[DropReason.values().length];

    /// Nothing was dropped yet.
    public DropCounts() {}

    /// Counts one packet.
    public void count(DropReason reason) {
        counts[reason.ordinal()]++;
    }

    /// Counts several packets that go together, such as the fragments of one datagram.
    public void count(DropReason reason, int packets) {
        counts[reason.ordinal()] += packets;
    }

    /// Packets dropped for `reason` since the start.
    public long of(DropReason reason) {
        return counts[reason.ordinal()];
    }
}
