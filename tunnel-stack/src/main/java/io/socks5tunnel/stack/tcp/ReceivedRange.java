// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.Slab;
import org.jspecify.annotations.Nullable;

/// Received payload: where its bytes lie. At first a view of the burst that brought it; kept beyond the burst
/// once a [HeldSlab] holds it. Reused; confined to one shard.
final class ReceivedRange implements StreamRange {
    private long start;
    private int length;
    private Slab slab;
    private int offset;
    private InboundPacket packet;
    private @Nullable HeldSlab held;
    private @Nullable ReceivedRange next;

    ReceivedRange(InboundPacket packet) {
        this.packet = packet;
        this.slab = packet.slab();
    }

    /// Views `newLength` bytes of the packet's slab.
    void view(InboundPacket newPacket, int newOffset, long newStart, int newLength) {
        packet = newPacket;
        slab = newPacket.slab();
        offset = newOffset;
        start = newStart;
        length = newLength;
        held = null;
        next = null;
    }

    @Override
    public long start() {
        return start;
    }

    @Override
    public long end() {
        return start + length;
    }

    int length() {
        return length;
    }

    Slab slab() {
        return slab;
    }

    /// Where the first byte lies in the slab.
    int offset() {
        return offset;
    }

    /// The packet of the burst that the bytes came in; meaningful only while nothing holds the range.
    InboundPacket packet() {
        return packet;
    }

    /// What keeps the bytes beyond the burst; null while they are only a view.
    @Nullable
    HeldSlab held() {
        return held;
    }

    /// Says where the bytes lie from now on.
    void heldBy(HeldSlab newHeld, int newOffset) {
        held = newHeld;
        slab = newHeld.slab();
        offset = newOffset;
    }

    @Nullable
    ReceivedRange next() {
        return next;
    }

    void next(@Nullable ReceivedRange range) {
        next = range;
    }

    /// Forgets the first `bytes` bytes.
    void dropFirst(int bytes) {
        start += bytes;
        offset += bytes;
        length -= bytes;
    }

    /// Takes in `bytes` bytes that lie right behind.
    void extend(int bytes) {
        length += bytes;
    }

    /// Whether `other` continues this range in the stream and in memory that one slab holds.
    boolean isContinuedBy(ReceivedRange other) {
        return held != null && held == other.held && end() == other.start && offset + length == other.offset;
    }
}
