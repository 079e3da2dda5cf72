// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.wire.SegmentView;
import org.jspecify.annotations.Nullable;

/// The flows of one shard by their key: looked up without an allocation, hashed with a secret (clients choose keys), and
/// with the last flow found kept at hand, because bursts hit the same flow. Grows and shrinks. Confined to one shard.
///
/// @param <V> what belongs to a flow
public final class FlowTable<V> {
    /// An empty table whose hash key is made of bytes 16 to 31 of `secret`.
    public FlowTable(byte[] secret) {}

    /// The key of a segment. Allocates; for new flows only.
    public static FlowKey keyOf(SegmentView segment) {
        return new FlowKey(
                segment.clientHigh(),
                segment.clientLow(),
                segment.clientPort(),
                segment.destinationHigh(),
                segment.destinationLow(),
                segment.destinationPort());
    }

    /// The flow that a segment belongs to, or null.
    public @Nullable V find(SegmentView segment) {
        return null;
    }

    /// The flow of a key, or null.
    public @Nullable V find(FlowKey key) {
        return null;
    }

    /// The flow of a key in pieces, or null.
    public @Nullable V find(
            long clientHigh,
            long clientLow,
            int clientPort,
            long destinationHigh,
            long destinationLow,
            int destinationPort) {
        return null;
    }

    /// Adds or replaces.
    ///
    /// @return what it replaced, or null
    public @Nullable V put(FlowKey key, V value) {
        return null;
    }

    /// Removes.
    ///
    /// @return what it removed, or null
    public @Nullable V remove(FlowKey key) {
        return null;
    }

    /// How many flows there are.
    public int size() {
        return 0;
    }

    /// Flow `index`, 0 to [#size()] - 1. The order depends on what was put and removed, in which order, and on nothing
    /// else. [#remove] moves the last flow to the place of the removed one; a loop from the last to the first may
    /// therefore remove the flow it stands at.
    public V valueAt(int index) {
        throw new IndexOutOfBoundsException(index);
    }
}
