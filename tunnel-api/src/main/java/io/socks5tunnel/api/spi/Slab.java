// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// A fixed piece of off-heap memory, the unit in which packets are read, payload is kept and buffers are counted.
///
/// A slab has exactly one owner at a time: the [SlabPool], a [PacketBurst], or a flow's receive or send queue.
/// Whoever owns it gives it back to the pool of the same shard or hands it on; nobody keeps a slab it has handed
/// on. Views of a slab (offset and length in a [GatherList] or an [InboundPacket]) do not own it.
///
/// Confined to one shard. The bytes are in network order.
public final class Slab {
    /// Bytes in every slab: 64 KiB, the largest IP packet a TUN device delivers, plus 4 KiB for the headers around
    /// it.
    public static final int CAPACITY_BYTES = 68 * 1024;

    private final ByteBuffer bytes;
    private final long address;

    /// Allocates the memory of a new slab. Only pools call this.
    public Slab() {
        bytes = ByteBuffer.allocateDirect(CAPACITY_BYTES);
        address = MemorySegment.ofBuffer(bytes).address();
    }

    /// The memory, big endian. Use absolute accessors only: position and limit are never moved.
    public ByteBuffer bytes() {
        return bytes;
    }

    /// Where the memory begins, for native calls. Valid as long as this slab is reachable.
    public long address() {
        return address;
    }
}
