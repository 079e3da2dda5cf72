// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.stack.FlowKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Against `HashMap`. The seed makes the whole run; jqwik prints it.
class FlowTablePropertyTest {
    @Property(tries = 200)
    void holdsWhatAMapHolds(@ForAll long seed, @ForAll @IntRange(min = 1, max = 600) int keys) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        FlowTable<Integer> table = new FlowTable<>(secret);
        Map<FlowKey, Integer> model = new HashMap<>();
        int putOutOfTen = 5;
        for (int step = 0; step < 3_000; step++) {
            if (step % 500 == 0) {
                // Tides, so that the table grows and shrinks.
                putOutOfTen = random.nextInt(1, 10);
            }
            FlowKey key = key(random.nextInt(keys));
            switch (random.nextInt(3)) {
                case 0 -> assertThat(table.find(key)).isEqualTo(model.get(key));
                default -> {
                    if (random.nextInt(10) < putOutOfTen) {
                        assertThat(table.put(key, step)).isEqualTo(model.put(key, step));
                    } else {
                        assertThat(table.remove(key)).isEqualTo(model.remove(key));
                    }
                }
            }
            assertThat(table.size()).isEqualTo(model.size());
        }
        for (int i = 0; i < keys; i++) {
            assertThat(table.find(key(i))).isEqualTo(model.get(key(i)));
        }
        Set<Integer> values = new HashSet<>();
        for (int i = 0; i < table.size(); i++) {
            values.add(table.valueAt(i));
        }
        assertThat(values).isEqualTo(new HashSet<>(model.values()));
    }

    // Every part of the key takes part, and mirrored keys occur.
    private static FlowKey key(int number) {
        return new FlowKey(number & 1, number >> 1 & 3, number >> 3 & 3, number >> 5 & 1, number >> 6 & 3, number >> 8);
    }
}
