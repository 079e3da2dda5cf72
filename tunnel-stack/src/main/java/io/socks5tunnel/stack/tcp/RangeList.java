// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Disjoint ranges of a stream in ascending order, found by binary search.
///
/// Removing at the front costs nothing, inserting and removing elsewhere moves the references on the shorter
/// side: for the few thousand entries that a window can have that is cheaper than any tree. Memory is taken with
/// the first entry, so that an idle flow has none. Confined to one shard.
final class RangeList<T extends StreamRange> {
    private static final int FIRST_CAPACITY = 16;
    private static final @Nullable Object[] EMPTY = new @Nullable Object[0];

    private @Nullable Object[] ranges = EMPTY;
    private int first;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    @SuppressWarnings("unchecked")
    T get(int index) {
        Object range = ranges[first + index];
        if (range == null || index >= size) {
            throw new IndexOutOfBoundsException(index);
        }
        return (T) range;
    }

    T last() {
        return get(size - 1);
    }

    /// Index of the first range that ends above `offset`; [#size()] if there is none.
    int indexOfEndAbove(long offset) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = low + high >>> 1;
            if (get(middle).end() > offset) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    void addLast(T range) {
        insert(size, range);
    }

    /// Inserts so that `range` gets `index`.
    void insert(int index, T range) {
        if (first > 0 && index < size / 2) {
            System.arraycopy(ranges, first, ranges, first - 1, index);
            first--;
        } else {
            makeRoomAtEnd();
            System.arraycopy(ranges, first + index, ranges, first + index + 1, size - index);
        }
        ranges[first + index] = range;
        size++;
    }

    void remove(int index) {
        if (index < size / 2) {
            System.arraycopy(ranges, first, ranges, first + 1, index);
            ranges[first] = null;
            first++;
        } else {
            System.arraycopy(ranges, first + index + 1, ranges, first + index, size - index - 1);
            ranges[first + size - 1] = null;
        }
        size--;
        if (size == 0) {
            first = 0;
        }
    }

    T removeFirst() {
        T range = get(0);
        remove(0);
        return range;
    }

    /// Forgets all ranges and their memory.
    void clear() {
        ranges = EMPTY;
        first = 0;
        size = 0;
    }

    private void makeRoomAtEnd() {
        if (first + size < ranges.length) {
            return;
        }
        if (first > ranges.length / 2) {
            System.arraycopy(ranges, first, ranges, 0, size);
            Arrays.fill(ranges, size, first + size, null);
        } else {
            @Nullable Object[] larger = new @Nullable Object[Math.max(FIRST_CAPACITY, 2 * ranges.length)];
            System.arraycopy(ranges, first, larger, 0, size);
            ranges = larger;
        }
        first = 0;
    }
}
