// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Descriptors to wait for until there is something to read: an array of `struct pollfd`. Confined to one thread.
public final class PollDescriptors {
    private static final short POLLIN = 1;
    private static final int ENTRY_BYTES = 8;
    private static final int EVENTS_AT = 4;
    private static final int READY_AT = 6;

    private final int count;
    private final MemorySegment entries;

    /// @param count of descriptors, which are to be set
    public PollDescriptors(int count) {
        this.count = count;
        entries = Arena.ofAuto().allocate((long) count * ENTRY_BYTES, Integer.BYTES);
    }

    /// Says which descriptor stands at `index`.
    public void set(int index, int descriptor) {
        entries.set(JAVA_INT, at(index), descriptor);
        entries.set(JAVA_SHORT, at(index) + EVENTS_AT, POLLIN);
    }

    /// Whether the last wait ended for this one, among others.
    public boolean isReady(int index) {
        return entries.get(JAVA_SHORT, at(index) + READY_AT) != 0;
    }

    int count() {
        return count;
    }

    MemorySegment entries() {
        return entries;
    }

    private static long at(int index) {
        return (long) index * ENTRY_BYTES;
    }
}
