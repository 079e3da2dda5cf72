// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What one wake-up read from a TUN queue: up to [#MAX_PACKETS] packets or about [#MAX_BYTES] bytes.
///
/// The device fills it: [#slabForNext], write a packet there, [#add]. Small packets share a slab; a super-segment
/// has one of its own, which a flow may [detach][InboundPacket#tryDetachSlab()]. The reader handles the packets and
/// then calls [#clear()]. Slabs stay with the burst for the next read until [#release()], which an idle shard
/// calls.
///
/// Confined to one shard.
public final class PacketBurst {
    /// Packets in one burst.
    public static final int MAX_PACKETS = 64;

    /// Bytes after which a burst takes no further packet.
    public static final int MAX_BYTES = 1 << 20;

    private final SlabPool pool;
    private final @Nullable Slab[] slabs = new @Nullable Slab[MAX_PACKETS];
    private final int[] packetsInSlab = new int[MAX_PACKETS];
    private final @Nullable InboundPacket[] packets = new @Nullable InboundPacket[MAX_PACKETS];
    private int count;
    private int totalBytes;
    private int current;
    private int fill;
    private boolean isKeepingSlabs;

    /// A burst that takes its slabs from `pool`.
    public PacketBurst(SlabPool pool) {
        this.pool = pool;
    }

    /// Whether the burst takes no further packet.
    public boolean isFull() {
        return count == MAX_PACKETS || totalBytes >= MAX_BYTES;
    }

    /// The slab to read the next packet into, at [#nextOffset()], with room for at least `maxBytes`; null when
    /// the burst is full or the pool is empty.
    ///
    /// @param maxBytes the most the device may deliver, 1 to [Slab#CAPACITY_BYTES]
    public @Nullable Slab slabForNext(int maxBytes) {
        if (isFull()) {
            return null;
        }
        if (fill > 0 && Slab.CAPACITY_BYTES - fill < maxBytes) {
            current++;
            fill = 0;
        }
        if (current == MAX_PACKETS) {
            return null;
        }
        Slab slab = slabs[current];
        if (slab == null) {
            slab = pool.tryTake();
            slabs[current] = slab;
            packetsInSlab[current] = 0;
        }
        return slab;
    }

    /// Where in the slab of [#slabForNext] the device writes, bytes.
    public int nextOffset() {
        return fill;
    }

    /// Adds the packet that the device wrote into the slab of [#slabForNext].
    ///
    /// @param offset where the IP header begins, at or after [#nextOffset()]
    /// @param length bytes from there on
    /// @param gsoSizeBytes payload per segment, 0 unless `gsoType` names a super-segment
    public void add(int offset, int length, ChecksumState checksum, GsoType gsoType, int gsoSizeBytes) {
        Slab slab = slabs[current];
        if (slab == null || isFull()) {
            throw new IllegalStateException("add without slabForNext");
        }
        InboundPacket packet = packets[count];
        if (packet == null) {
            packet = new InboundPacket(this);
            packets[count] = packet;
        }
        packet.set(slab, offset, length, checksum, gsoType, gsoSizeBytes);
        packetsInSlab[current]++;
        count++;
        totalBytes += length;
        fill = offset + length + 7 & ~7;
    }

    /// Packets in the burst, 0 to [#MAX_PACKETS].
    public int count() {
        return count;
    }

    /// Sum of the packets' lengths, bytes.
    public int totalBytes() {
        return totalBytes;
    }

    /// Packet `index`, 0 to `count() - 1`.
    public InboundPacket packet(int index) {
        InboundPacket packet = packets[index];
        if (index >= count || packet == null) {
            throw new IndexOutOfBoundsException(index);
        }
        return packet;
    }

    /// Forgets the packets and keeps the slabs for the next read. All views of them end here.
    public void clear() {
        for (int i = 0; i < count; i++) {
            packet(i).end();
        }
        count = 0;
        totalBytes = 0;
        current = 0;
        fill = 0;
        Arrays.fill(packetsInSlab, 0);
        closeGaps();
    }

    /// Forgets the packets and gives every slab back to the pool.
    public void release() {
        clear();
        for (int i = 0; i < MAX_PACKETS; i++) {
            Slab slab = slabs[i];
            if (slab != null) {
                pool.give(slab);
                slabs[i] = null;
            }
        }
    }

    /// Whether [InboundPacket#tryDetachSlab()] is refused from now on. A reader that is short of slabs keeps those
    /// it has, so that it can go on reading.
    public void keepSlabs(boolean isKept) {
        isKeepingSlabs = isKept;
    }

    boolean tryDetach(Slab slab) {
        if (isKeepingSlabs) {
            return false;
        }
        for (int i = 0; i <= current && i < MAX_PACKETS; i++) {
            if (slabs[i] == slab) {
                if (packetsInSlab[i] != 1) {
                    return false;
                }
                slabs[i] = null;
                return true;
            }
        }
        return false;
    }

    private void closeGaps() {
        int next = 0;
        for (int i = 0; i < MAX_PACKETS; i++) {
            Slab slab = slabs[i];
            if (slab != null) {
                slabs[i] = null;
                slabs[next++] = slab;
            }
        }
    }
}
