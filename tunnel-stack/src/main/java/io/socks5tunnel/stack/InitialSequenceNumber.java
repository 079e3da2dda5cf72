// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

/// Initial sequence numbers that an outsider cannot guess (RFC 6528, RFC 9293 §3.4.1): a clock of 4 µs plus a keyed hash
/// of the flow; and the offset of a flow's timestamp clock (RFC 7323 §7.1). Confined to one shard.
public final class InitialSequenceNumber {
    /// Bytes of the secret that are the key.
    public static final int SECRET_BYTES = 16;

    /// Takes its key from the first [#SECRET_BYTES] of `secret`.
    public InitialSequenceNumber(byte[] secret) {}

    /// ISS for a flow that is opened at `nowNanos`.
    public int choose(FlowKey key, long nowNanos) {
        return 0;
    }

    /// What to add to the timestamp clock of a flow; the same for every connection of the same key, so that timestamps
    /// go on rising from one to the next.
    public int timestampOffset(FlowKey key) {
        return 0;
    }
}
