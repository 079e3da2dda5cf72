// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.socks5tunnel.api.spi.GatherList;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A reused array of `struct iovec` (address and length, 8 bytes each), for one gathered call. Confined to one
/// thread.
final class IoVectors {
    private static final int ENTRY_BYTES = 16;
    private static final int LENGTH_OFFSET = 8;

    private final MemorySegment entries;

    /// @param capacity entries that fit, up to the kernel's 1024
    IoVectors(int capacity) {
        entries = Arena.ofAuto().allocate((long) capacity * ENTRY_BYTES, Long.BYTES);
    }

    /// Where the array begins, for native calls. Valid as long as this object is reachable.
    long address() {
        return entries.address();
    }

    /// Where entry `index` begins.
    long address(int index) {
        return entries.address() + (long) index * ENTRY_BYTES;
    }

    /// Sets entry `index`.
    void set(int index, long address, long length) {
        long at = (long) index * ENTRY_BYTES;
        entries.set(JAVA_LONG, at, address);
        entries.set(JAVA_LONG, at + LENGTH_OFFSET, length);
    }

    /// Sets the entries from `first` on to the ranges of `list`.
    void setAll(int first, GatherList list) {
        int count = list.count();
        for (int i = 0; i < count; i++) {
            set(first + i, list.slab(i).address() + list.offset(i), list.length(i));
        }
    }
}
