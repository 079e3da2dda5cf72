// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import io.socks5tunnel.stack.SipHash;
import java.nio.ByteBuffer;

/// Identifications for datagrams that are sent in fragments: fresh, and not to be guessed by who has not seen
/// others of the same flow (RFC 7739 §5.3, hash-based; RFC 6864 §4.3 for IPv4, which takes the lower 16 bits).
///
/// A flow's identifications count up from where a keyed hash of it says. Flows are part of the hash, not only
/// addresses, because the shards of a tunnel share the key but not the counters: one flow is one shard's. Confined
/// to one shard.
final class FragmentIds {
    private static final int COUNTERS = 256;

    // Keeps what is seen on the wire from telling anything about initial sequence numbers, which share the key.
    private static final long FOR_FRAGMENTS = 3;

    private final SipHash hash;
    private final int[] counters = new int[COUNTERS];

    /// Takes its key from the first 16 bytes of `secret`.
    FragmentIds(byte[] secret) {
        ByteBuffer key = ByteBuffer.wrap(secret);
        hash = SipHash.strong(key.getLong(0), key.getLong(8));
    }

    /// The next identification for datagrams between two addresses, in the form of flow keys.
    ///
    /// @param flow what tells flows between these addresses apart, such as ports
    int next(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, long flow) {
        long hashed = hash.begin()
                .add(sourceHigh)
                .add(sourceLow)
                .add(destinationHigh)
                .add(destinationLow)
                .add(flow)
                .add(FOR_FRAGMENTS)
                .finish();
        int counter = (int) (hashed >>> 32) & COUNTERS - 1;
        return (int) hashed + counters[counter]++;
    }
}
