// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One IP packet of a [PacketBurst]: where it lies and what the device said about it.
///
/// A reused view, valid until the burst is cleared. Confined to one shard.
public final class InboundPacket {
    private final PacketBurst burst;
    private @Nullable Slab slab;
    private int offset;
    private int length;
    private ChecksumState checksum = ChecksumState.UNVERIFIED;
    private GsoType gsoType = GsoType.NONE;
    private int gsoSizeBytes;

    InboundPacket(PacketBurst burst) {
        this.burst = burst;
    }

    void set(Slab newSlab, int newOffset, int newLength, ChecksumState newChecksum, GsoType newType, int newGsoSize) {
        slab = newSlab;
        offset = newOffset;
        length = newLength;
        checksum = newChecksum;
        gsoType = newType;
        gsoSizeBytes = newGsoSize;
    }

    /// The burst was cleared: what is asked of the packet from now on is a mistake, and its slab may be given up.
    void end() {
        slab = null;
    }

    /// The slab the packet lies in.
    ///
    /// @throws IllegalStateException if the burst was cleared
    public Slab slab() {
        Slab present = slab;
        if (present == null) {
            throw new IllegalStateException("the packet's burst was cleared");
        }
        return present;
    }

    /// The slab's bytes; the packet is `[offset, offset + length)`.
    public ByteBuffer bytes() {
        return slab().bytes();
    }

    /// Where the IP header begins in the slab, bytes.
    public int offset() {
        return offset;
    }

    /// What was read, bytes from the IP header on; link padding is included.
    public int length() {
        return length;
    }

    /// Whether the transport checksum must be verified.
    public ChecksumState checksum() {
        return checksum;
    }

    /// Whether this is a super-segment. A stack that terminates TCP takes it as one big in-order segment.
    public GsoType gsoType() {
        return gsoType;
    }

    /// Payload bytes per segment of a super-segment, 0 for an ordinary packet.
    public int gsoSizeBytes() {
        return gsoSizeBytes;
    }

    /// Makes the caller the owner of the packet's slab, so that payload can be kept without copying it.
    ///
    /// @return false if other packets share the slab; the caller must copy then
    public boolean tryDetachSlab() {
        return burst.tryDetach(slab());
    }
}
