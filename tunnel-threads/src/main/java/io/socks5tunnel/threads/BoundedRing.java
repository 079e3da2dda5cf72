// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// A bounded queue for any number of producers and consumers that never blocks and never allocates: the one
/// structure through which threads of a tunnel hand things to each other.
///
/// It is the array queue of Vyukov: every cell has a turn number, which says whether the cell waits for the
/// producer or for the consumer of a position. What one producer offers is polled in that order. All methods may be
/// called from any thread.
final class BoundedRing<E> {
    private static final VarHandle TURN = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(BoundedRing.class, "head", long.class);
            TAIL = lookup.findVarHandle(BoundedRing.class, "tail", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final @Nullable Object[] elements;
    private final long[] turns;
    private final int mask;

    /// Volatile: the position of the next poll, contended by consumers.
    private volatile long head;

    /// Volatile: the position of the next offer, contended by producers.
    private volatile long tail;

    /// An empty ring for at least `capacity` elements, at least 2, rounded up to a power of two.
    BoundedRing(int capacity) {
        int size = Math.max(2, Integer.highestOneBit(Math.max(1, capacity - 1)) << 1);
        elements = new @Nullable Object[size];
        turns = new long[size];
        mask = size - 1;
        for (int i = 0; i < size; i++) {
            turns[i] = i;
        }
        VarHandle.releaseFence();
    }

    /// Adds at the end.
    ///
    /// @return false if the ring is full; the element stays with the caller then
    boolean offer(E element) {
        long position = tail;
        while (true) {
            int cell = (int) position & mask;
            long ahead = (long) TURN.getAcquire(turns, cell) - position;
            if (ahead < 0) {
                return false;
            }
            if (ahead == 0 && TAIL.compareAndSet(this, position, position + 1)) {
                elements[cell] = element;
                TURN.setRelease(turns, cell, position + 1);
                return true;
            }
            position = tail;
        }
    }

    /// Takes the first, or null if none is there.
    @Nullable
    E poll() {
        long position = head;
        while (true) {
            int cell = (int) position & mask;
            long ahead = (long) TURN.getAcquire(turns, cell) - (position + 1);
            if (ahead < 0) {
                return null;
            }
            if (ahead == 0 && HEAD.compareAndSet(this, position, position + 1)) {
                @SuppressWarnings("unchecked") // only offer writes here
                E element = (E) elements[cell];
                elements[cell] = null;
                TURN.setRelease(turns, cell, position + mask + 1);
                return element;
            }
            position = head;
        }
    }

    /// Whether a poll would find nothing. What is being offered at this moment may be missed.
    boolean isEmpty() {
        long position = head;
        return (long) TURN.getVolatile(turns, (int) position & mask) - (position + 1) < 0;
    }

    /// About how many elements are inside.
    int size() {
        return Math.clamp(tail - head, 0, mask + 1);
    }

    /// How many fit.
    int capacity() {
        return mask + 1;
    }
}
