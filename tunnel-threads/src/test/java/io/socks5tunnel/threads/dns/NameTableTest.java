// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class NameTableTest {
    @Test
    void slotsAreGivenInOrderAndKept() {
        NameTable table = new NameTable(3);

        assertThat(table.slotOf("a", 1)).isZero();
        assertThat(table.slotOf("b", 2)).isEqualTo(1);
        assertThat(table.slotOf("a", 3)).isZero();
        assertThat(table.nameAt(1, 4)).isEqualTo("b");
        assertThat(table.nameAt(2, 4)).isNull();
        assertThat(table.nameAt(1_000_000, 4)).isNull();
    }

    @Test
    void theLeastRecentlyUsedNameGoes() {
        NameTable table = new NameTable(3);
        table.slotOf("a", 1);
        table.slotOf("b", 2);
        table.slotOf("c", 3);

        assertThat(table.slotOf("d", 4)).isZero();
        assertThat(table.findSlot("a", 5)).isEqualTo(NameTable.NO_SLOT);
        assertThat(table.nameAt(0, 5)).isEqualTo("d");
        assertThat(table.size()).isEqualTo(3);
    }

    @Test
    void aQueryAndAUseBothKeepAName() {
        NameTable table = new NameTable(3);
        table.slotOf("a", 1);
        table.slotOf("b", 2);
        table.slotOf("c", 3);
        table.slotOf("a", 4);
        table.nameAt(1, 5);

        table.slotOf("d", 6);
        assertThat(table.findSlot("c", 6)).isEqualTo(NameTable.NO_SLOT);

        table.slotOf("e", 7);
        assertThat(table.mappings()).extracting(NameTable.Mapping::name).containsExactly("b", "d", "e");
    }

    /// The order is not looked for any further then: somebody goes, and all the others stay.
    @Test
    void aLargeTableThatWasUsedAllOverStillMakesRoom() {
        NameTable table = new NameTable(3000);
        for (int i = 0; i < 3000; i++) {
            table.slotOf("host" + i, i);
        }
        for (int i = 0; i < 3000; i++) {
            table.nameAt(i, 10_000 + i);
        }

        int slot = table.slotOf("new", 20_000);

        assertThat(table.nameAt(slot, 20_001)).isEqualTo("new");
        assertThat(table.size()).isEqualTo(3000);
        assertThat(table.findSlot("host" + slot, 20_001)).isEqualTo(NameTable.NO_SLOT);
    }

    @Test
    void aTableOfNothingHoldsNothing() {
        NameTable table = new NameTable(0);

        assertThat(table.slotOf("a", 1)).isEqualTo(NameTable.NO_SLOT);
        assertThat(table.nameAt(0, 1)).isNull();
    }

    @Test
    void aRestoredTableIsTheSameWithItsOrder() {
        NameTable table = new NameTable(3);
        table.slotOf("a", 1);
        table.slotOf("b", 2);
        table.slotOf("c", 3);
        table.nameAt(0, 4);
        NameTable restored = new NameTable(3);

        restored.restore(table.mappings(), 100);

        assertThat(restored.mappings()).isEqualTo(table.mappings());
        assertThat(restored.slotOf("d", 101)).as("the slot of b").isEqualTo(1);
    }

    @Test
    void whatDoesNotFitIsNotRestored() {
        NameTable table = new NameTable(2);

        table.restore(
                List.of(
                        new NameTable.Mapping("a", 1),
                        new NameTable.Mapping("twice", 1),
                        new NameTable.Mapping("a", 0),
                        new NameTable.Mapping("far", 2),
                        new NameTable.Mapping("negative", -1)),
                1);

        assertThat(table.mappings()).containsExactly(new NameTable.Mapping("a", 1));
        assertThat(table.slotOf("b", 2)).isZero();
    }

    @Test
    void thousandsOfNamesInAVeryLargeTableTakeNoMoreThanTheyNeed() {
        NameTable table = new NameTable(Integer.MAX_VALUE);

        for (int i = 0; i < 10_000; i++) {
            assertThat(table.slotOf("host" + i, i)).isEqualTo(i);
        }
        for (int i = 0; i < 10_000; i++) {
            assertThat(table.nameAt(i, i)).isEqualTo("host" + i);
        }
    }

    /// What must hold at every moment, whoever else is at work: a name has one slot, and the slot that was just
    /// given for a name says that name, as long as the table has room for all names in use.
    @Test
    void manyThreadsAgreeOnEveryName() throws Exception {
        NameTable table = new NameTable(512);
        List<int[]> found = inParallel(8, thread -> {
            var random = new SplittableRandom(42 + thread);
            int[] slots = new int[500];
            for (int i = 0; i < 100_000; i++) {
                int n = random.nextInt(500);
                int slot = table.slotOf("host" + n, i);
                if (!("host" + n).equals(table.nameAt(slot, i))) {
                    throw new IllegalStateException("slot " + slot + " of host" + n + " says " + table.nameAt(slot, i));
                }
                slots[n] = slot;
            }
            return slots;
        });

        for (int[] slots : found) {
            assertThat(slots).isEqualTo(found.getFirst());
        }
        assertThat(table.size()).isEqualTo(500);
    }

    @Test
    void manyThreadsNeverFillATableBeyondItsCapacity() throws Exception {
        NameTable table = new NameTable(64);
        inParallel(8, thread -> {
            var random = new SplittableRandom(43 + thread);
            for (int i = 0; i < 20_000; i++) {
                int slot = table.slotOf("host" + random.nextInt(1000), i);
                if (slot < 0 || slot >= 64 || table.nameAt(random.nextInt(64), i) == null && i > 1000) {
                    throw new IllegalStateException("slot " + slot);
                }
            }
            return new int[0];
        });

        assertThat(table.size()).isEqualTo(64);
        assertThat(table.mappings()).extracting(NameTable.Mapping::slot).doesNotHaveDuplicates();
        for (NameTable.Mapping mapping : table.mappings()) {
            assertThat(table.nameAt(mapping.slot(), 0)).isEqualTo(mapping.name());
        }
    }

    private interface Task {
        int[] run(int thread) throws Exception;
    }

    private static List<int[]> inParallel(int threads, Task task) throws Exception {
        CyclicBarrier start = new CyclicBarrier(threads);
        try (var executor = Executors.newFixedThreadPool(threads)) {
            List<Callable<int[]>> tasks = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                tasks.add(() -> {
                    start.await();
                    return task.run(thread);
                });
            }
            List<int[]> results = new ArrayList<>();
            for (Future<int[]> future : executor.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        }
    }
}
