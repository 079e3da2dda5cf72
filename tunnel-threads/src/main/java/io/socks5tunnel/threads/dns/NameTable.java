// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Names by slot and slots by name, as many as fit; beyond that the name that was used least recently gives its
/// slot to the new one. May be used from any thread.
///
/// Looking a slot or a known name up takes no lock: it reads one or two references and writes the time of use,
/// which is all that "recently used" needs. Only a new name takes the lock. Whoever is to go is found there by a
/// queue in the order of the times that were known when it was built; a name that was used since then is put back
/// with its new time, until one comes up whose time is still true.
final class NameTable {
    /// No slot: the table has none at all.
    static final int NO_SLOT = MappedNetwork.NO_SLOT;

    /// Slots are allocated in pieces of this many.
    private static final int CHUNK_BITS = 12;

    private static final int CHUNK_MASK = (1 << CHUNK_BITS) - 1;

    /// How many entries are put back with a new time before the next one has to go regardless, so that no shard
    /// waits long for the lock of a huge table.
    private static final int MAX_PUT_BACK = 1024;

    private final int capacity;
    private final ConcurrentHashMap<String, Entry> byName = new ConcurrentHashMap<>();
    private final AtomicReferenceArray<@Nullable AtomicReferenceArray<@Nullable Entry>> chunks;
    private final Object lock = new Object();

    // guarded by the lock
    private final PriorityQueue<Entry> leastRecent = new PriorityQueue<>(NameTable::compareKnownUses);
    private long nextOrder;
    private int nextSlot;

    /// Volatile: written under the lock, read by whoever saves the table.
    private volatile long changes;

    /// Volatile: written under the lock, read by whoever wants statistics.
    private volatile long forgotten;

    /// Volatile: set once, by the thread that opens a tunnel.
    private volatile Runnable whenChanged = () -> {};

    /// An empty table.
    ///
    /// @param capacity names that fit, at least 0
    NameTable(int capacity) {
        this.capacity = capacity;
        chunks = new AtomicReferenceArray<>((capacity >>> CHUNK_BITS) + 1);
    }

    /// The slot of a name, a new one if it has none yet. Counts as use.
    ///
    /// @param name in lower case
    int slotOf(String name, long nowNanos) {
        Entry known = byName.get(name);
        if (known != null) {
            known.used(nowNanos);
            return known.slot;
        }
        return capacity == 0 ? NO_SLOT : add(name, nowNanos);
    }

    /// The slot of a name, or [#NO_SLOT]. Counts as use.
    int findSlot(String name, long nowNanos) {
        Entry known = byName.get(name);
        if (known == null) {
            return NO_SLOT;
        }
        known.used(nowNanos);
        return known.slot;
    }

    /// The name in a slot, or null if it is free. Counts as use.
    ///
    /// @param slot from 0 on
    @Nullable
    String nameAt(int slot, long nowNanos) {
        if (slot >= capacity) {
            return null;
        }
        AtomicReferenceArray<@Nullable Entry> chunk = chunks.get(slot >>> CHUNK_BITS);
        Entry entry = chunk == null ? null : chunk.get(slot & CHUNK_MASK);
        if (entry == null) {
            return null;
        }
        entry.used(nowNanos);
        return entry.name;
    }

    /// Names in the table.
    int size() {
        return byName.size();
    }

    /// Grows whenever a name is added.
    long changes() {
        return changes;
    }

    /// Names that had to make room for others.
    long forgotten() {
        return forgotten;
    }

    /// Has somebody told whenever a name is added, on the thread that adds it and under the lock: not for long.
    void whenChanged(Runnable told) {
        whenChanged = told;
    }

    /// All names with their slots, least recently used first.
    List<Mapping> mappings() {
        // times go on changing, so they are taken once, before the order is made
        return byName.values().stream()
                .map(entry -> new Used(new Mapping(entry.name, entry.slot), entry.usedNanos(), entry.order))
                .sorted(Comparator.comparing(Used::nanos, NameTable::compareTimes)
                        .thenComparingLong(Used::order))
                .map(Used::mapping)
                .toList();
    }

    /// Fills an empty table.
    ///
    /// @param mappings least recently used first; those that do not fit are left out
    void restore(List<Mapping> mappings, long nowNanos) {
        synchronized (lock) {
            for (Mapping mapping : mappings) {
                boolean fits = mapping.slot() >= 0 && mapping.slot() < capacity;
                if (fits && !byName.containsKey(mapping.name()) && entryAt(mapping.slot()) == null) {
                    put(mapping.name(), mapping.slot(), nowNanos);
                }
            }
        }
    }

    /// A name and its slot.
    record Mapping(String name, int slot) {}

    private record Used(Mapping mapping, long nanos, long order) {}

    private int add(String name, long nowNanos) {
        synchronized (lock) {
            Entry meanwhile = byName.get(name);
            if (meanwhile != null) {
                meanwhile.used(nowNanos);
                return meanwhile.slot;
            }
            int slot = freeSlot();
            if (slot == NO_SLOT) {
                slot = evict();
                forgotten = forgotten + 1;
            }
            put(name, slot, nowNanos);
            changes = changes + 1;
            whenChanged.run();
            return slot;
        }
    }

    /// The next slot that was never used, or [#NO_SLOT]. Slots that a restored table used are skipped.
    private int freeSlot() {
        while (nextSlot < capacity) {
            int slot = nextSlot++;
            if (entryAt(slot) == null) {
                return slot;
            }
        }
        return NO_SLOT;
    }

    private void put(String name, int slot, long nowNanos) {
        Entry entry = new Entry(name, slot, nextOrder++, nowNanos);
        leastRecent.add(entry);
        // whoever is told the slot without the lock must not find the name in it that was there before
        chunkOf(slot).set(slot & CHUNK_MASK, entry);
        byName.put(name, entry);
    }

    /// Removes the least recently used name.
    ///
    /// @return its slot
    private int evict() {
        for (int i = 0; i < MAX_PUT_BACK; i++) {
            Entry entry = leastRecent.element();
            long usedNanos = entry.usedNanos();
            if (usedNanos == entry.knownUseNanos) {
                break;
            }
            leastRecent.remove();
            entry.knownUseNanos = usedNanos;
            leastRecent.add(entry);
        }
        Entry evicted = leastRecent.remove();
        byName.remove(evicted.name);
        return evicted.slot;
    }

    private @Nullable Entry entryAt(int slot) {
        return chunkOf(slot).get(slot & CHUNK_MASK);
    }

    private AtomicReferenceArray<@Nullable Entry> chunkOf(int slot) {
        AtomicReferenceArray<@Nullable Entry> chunk = chunks.get(slot >>> CHUNK_BITS);
        if (chunk == null) {
            chunk = new AtomicReferenceArray<>(CHUNK_MASK + 1);
            chunks.set(slot >>> CHUNK_BITS, chunk);
        }
        return chunk;
    }

    private static int compareKnownUses(Entry one, Entry other) {
        int byTime = compareTimes(one.knownUseNanos, other.knownUseNanos);
        return byTime == 0 ? Long.compare(one.order, other.order) : byTime;
    }

    /// The clock may pass zero; differences are below 2^62.
    private static int compareTimes(long one, long other) {
        return Long.signum(one - other);
    }

    private static final class Entry {
        private static final VarHandle USED = usedHandle();

        private final String name;
        private final int slot;

        /// Decides between names that were used at the same time.
        private final long order;

        /// Any shard writes it, with opaque access: each value is whole and seen in the end, and of two that write
        /// at the same time either may win.
        private long usedNanos;

        /// What the queue goes by. Guarded by the table's lock.
        private long knownUseNanos;

        Entry(String name, int slot, long order, long nowNanos) {
            this.name = name;
            this.slot = slot;
            this.order = order;
            usedNanos = nowNanos;
            knownUseNanos = nowNanos;
        }

        void used(long nowNanos) {
            // shards may share the entry: memory that says so already is not written again
            if (usedNanos() != nowNanos) {
                USED.setOpaque(this, nowNanos);
            }
        }

        long usedNanos() {
            return (long) USED.getOpaque(this);
        }

        private static VarHandle usedHandle() {
            try {
                return MethodHandles.lookup().findVarHandle(Entry.class, "usedNanos", long.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }
}
