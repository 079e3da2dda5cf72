// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Against a sorted map from deadlines to entries. The seed makes the whole run; jqwik prints it.
class TimerWheelPropertyTest {
    private static final int ENTRIES = 40;
    private static final int STEPS = 400;

    @Property(tries = 300)
    void firesWhatASortedMapWouldFire(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long tick = 1 + random.nextLong(2_000_000);
        long now = random.nextLong(-1_000_000_000_000L, 1_000_000_000_000L);
        TimerWheel wheel = new TimerWheel(now, tick);
        NavigableMap<Long, Set<Integer>> model = new TreeMap<>();
        long[] deadlines = new long[ENTRIES];
        long[] places = new long[ENTRIES];
        List<Integer> fired = new ArrayList<>();
        TimerWheel.Entry[] entries = new TimerWheel.Entry[ENTRIES];
        for (int i = 0; i < ENTRIES; i++) {
            int number = i;
            entries[i] = new TimerWheel.Entry(nowNanos -> fired.add(number));
        }

        for (int step = 0; step < STEPS; step++) {
            int choice = random.nextInt(10);
            int number = random.nextInt(ENTRIES);
            if (choice < 6) {
                remove(model, deadlines[number], number);
                deadlines[number] = now + span(random) - random.nextLong(1_000);
                model.computeIfAbsent(deadlines[number], _ -> new HashSet<>()).add(number);
                // What is due already when it is scheduled has its place in the order then.
                places[number] = Math.max(deadlines[number], now);
                wheel.schedule(entries[number], deadlines[number]);
            } else if (choice < 7) {
                remove(model, deadlines[number], number);
                wheel.cancel(entries[number]);
            } else {
                now = choice == 9 && !model.isEmpty() ? Math.max(now, wheel.nextDeadlineNanos()) : now + span(random);
                fired.clear();
                assertThat(wheel.advance(now)).isEqualTo(fired.size());
                assertDueFired(model, deadlines, places, fired, now, tick);
            }
            assertThat(wheel.size())
                    .isEqualTo(model.values().stream().mapToInt(Set::size).sum());
            assertDeadline(wheel, model, now, tick);
        }
    }

    @Property(tries = 100)
    void wakingUpAtEachDeadlineFiresEverythingWithFewWakeUps(@ForAll long seed) {
        Random random = new Random(seed);
        TimerWheel wheel = new TimerWheel(0);
        int[] fired = new int[1];
        for (int i = 0; i < 50; i++) {
            wheel.schedule(new TimerWheel.Entry(_ -> fired[0]++), random.nextLong(400_000_000_000L));
        }
        int wakeUps = 0;
        while (wheel.size() > 0) {
            long next = wheel.nextDeadlineNanos();
            int before = fired[0];
            wheel.advance(next);
            wakeUps++;
            // Nothing was cancelled, so no wake-up is for nothing.
            assertThat(fired[0]).isGreaterThan(before);
        }
        assertThat(fired[0]).isEqualTo(50);
        assertThat(wakeUps).isLessThanOrEqualTo(50);
    }

    // What was due a tick ago has fired, in order; what is not yet due has not.
    private static void assertDueFired(
            NavigableMap<Long, Set<Integer>> model,
            long[] deadlines,
            long[] places,
            List<Integer> fired,
            long now,
            long tick) {
        long latest = Long.MIN_VALUE;
        for (int number : fired) {
            long deadline = deadlines[number];
            assertThat(deadline).isLessThanOrEqualTo(now);
            assertThat(places[number] + tick).isGreaterThan(latest);
            latest = Math.max(latest, places[number]);
            assertThat(remove(model, deadline, number)).isTrue();
        }
        assertThat(model.headMap(now - tick, true)).isEmpty();
    }

    private static void assertDeadline(TimerWheel wheel, NavigableMap<Long, Set<Integer>> model, long now, long tick) {
        if (model.isEmpty()) {
            assertThat(wheel.nextDeadlineNanos()).isEqualTo(TimerWheel.NO_DEADLINE);
        } else {
            assertThat(wheel.nextDeadlineNanos()).isLessThan(Math.max(now, model.firstKey()) + tick);
        }
    }

    private static boolean remove(NavigableMap<Long, Set<Integer>> model, long deadline, int number) {
        Set<Integer> there = model.get(deadline);
        if (there == null || !there.remove(number)) {
            return false;
        }
        if (there.isEmpty()) {
            model.remove(deadline);
        }
        return true;
    }

    // Spans of all magnitudes, up to some days.
    private static long span(SplittableRandom random) {
        return random.nextLong(1L << random.nextInt(1, 50));
    }
}
