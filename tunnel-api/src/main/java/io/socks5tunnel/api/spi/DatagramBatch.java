// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Up to [#MAX_DATAGRAMS] UDP payloads for one call of [UpstreamDatagramSocket#send] or
/// [UpstreamDatagramSocket#receive]. Each lies in one or two ranges of slabs: a header made for the relay and what
/// the client sent, or one range to receive into.
///
/// Owns nothing: slabs stay with whoever added them. Reused, confined to one shard.
public final class DatagramBatch {
    /// Datagrams in one batch.
    public static final int MAX_DATAGRAMS = 64;

    private final @Nullable Slab[] headerSlabs = new @Nullable Slab[MAX_DATAGRAMS];
    private final int[] headerOffsets = new int[MAX_DATAGRAMS];
    private final int[] headerLengths = new int[MAX_DATAGRAMS];
    private final @Nullable Slab[] slabs = new @Nullable Slab[MAX_DATAGRAMS];
    private final int[] offsets = new int[MAX_DATAGRAMS];
    private final int[] lengths = new int[MAX_DATAGRAMS];
    private int count;

    /// An empty batch.
    public DatagramBatch() {}

    /// Forgets all datagrams and the slabs they lie in.
    public void clear() {
        Arrays.fill(headerSlabs, 0, count, null);
        Arrays.fill(slabs, 0, count, null);
        count = 0;
    }

    /// Whether [#add] would be refused.
    public boolean isFull() {
        return count == MAX_DATAGRAMS;
    }

    /// Datagrams in the batch, 0 to [#MAX_DATAGRAMS].
    public int count() {
        return count;
    }

    /// Appends a datagram of two ranges, to be sent as one.
    ///
    /// @param headerLength bytes, 1 to what the slab holds
    /// @param length bytes, may be 0
    /// @return false if the batch is full; nothing was added then
    public boolean add(Slab headerSlab, int headerOffset, int headerLength, Slab slab, int offset, int length) {
        if (!add(slab, offset, length)) {
            return false;
        }
        headerSlabs[count - 1] = headerSlab;
        headerOffsets[count - 1] = headerOffset;
        headerLengths[count - 1] = headerLength;
        return true;
    }

    /// Appends one range: a datagram to be sent, or room for one to be received.
    ///
    /// @param length bytes, may be 0 when sending
    /// @return false if the batch is full; nothing was added then
    public boolean add(Slab slab, int offset, int length) {
        if (isFull()) {
            return false;
        }
        headerSlabs[count] = null;
        headerOffsets[count] = 0;
        headerLengths[count] = 0;
        slabs[count] = slab;
        offsets[count] = offset;
        lengths[count] = length;
        count++;
        return true;
    }

    /// The slab of the first range of datagram `index`, or null if it has one range only.
    public @Nullable Slab headerSlab(int index) {
        return headerSlabs[index];
    }

    /// Where the first range begins in its slab, bytes.
    public int headerOffset(int index) {
        return headerOffsets[index];
    }

    /// How long the first range is, bytes; 0 if there is none.
    public int headerLength(int index) {
        return headerLengths[index];
    }

    /// The slab of the payload range of datagram `index`.
    public Slab slab(int index) {
        Slab slab = slabs[index];
        if (slab == null) {
            throw new IndexOutOfBoundsException(index);
        }
        return slab;
    }

    /// Where the payload range begins in its slab, bytes.
    public int offset(int index) {
        return offsets[index];
    }

    /// How long the payload range is, bytes; after [UpstreamDatagramSocket#receive] the length of what came.
    public int length(int index) {
        return lengths[index];
    }

    /// Says how long the datagram is that was received into range `index`. Only sockets call this.
    public void received(int index, int length) {
        lengths[index] = length;
    }
}
