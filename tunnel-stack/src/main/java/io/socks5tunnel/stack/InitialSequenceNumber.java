// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

import java.nio.ByteBuffer;

/// Initial sequence numbers that an outsider cannot guess (RFC 6528, RFC 9293 §3.4.1): a clock of 4 µs plus a keyed
/// hash of the flow; and the offset of a flow's timestamp clock (RFC 7323 §7.1). Confined to one shard.
public final class InitialSequenceNumber {
    /// Bytes of the secret that are the key.
    public static final int SECRET_BYTES = 16;

    private static final long NANOS_PER_STEP = 4_000;

    // Keeps what is learned about one of the two from telling anything about the other.
    private static final long FOR_SEQUENCE_NUMBER = 1;
    private static final long FOR_TIMESTAMP = 2;

    private final SipHash hash;

    /// Takes its key from the first [#SECRET_BYTES] of `secret`. Where the same secret comes from a seed, the same
    /// numbers come out.
    ///
    /// @throws IllegalArgumentException if `secret` is shorter
    public InitialSequenceNumber(byte[] secret) {
        if (secret.length < SECRET_BYTES) {
            throw new IllegalArgumentException("a secret of " + secret.length + " bytes");
        }
        ByteBuffer key = ByteBuffer.wrap(secret);
        hash = SipHash.strong(key.getLong(0), key.getLong(8));
    }

    /// ISS for a flow that is opened at `nowNanos`.
    public int choose(FlowKey key, long nowNanos) {
        return (int) (nowNanos / NANOS_PER_STEP) + (int) hashOf(key, FOR_SEQUENCE_NUMBER);
    }

    /// What to add to the timestamp clock of a flow; the same for every connection of the same key, so that
    /// timestamps go on rising from one to the next.
    public int timestampOffset(FlowKey key) {
        return (int) hashOf(key, FOR_TIMESTAMP);
    }

    private long hashOf(FlowKey key, long purpose) {
        return hash.begin()
                .add(key.clientHigh())
                .add(key.clientLow())
                .add(key.destinationHigh())
                .add(key.destinationLow())
                .add((long) key.clientPort() << 16 | key.destinationPort())
                .add(purpose)
                .finish();
    }
}
