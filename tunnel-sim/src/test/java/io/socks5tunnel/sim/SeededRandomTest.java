// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeededRandomTest {
    @Test
    void theNumbersOfASeedNeverChange() {
        // pinned: a change would give every recorded seed another meaning
        SeededRandom random = new SeededRandom(1);
        assertThat(random.nextLong()).isEqualTo(-4616330145664149646L);
        assertThat(random.fork("wire").nextLong()).isEqualTo(-8320537309057838356L);
    }

    @Test
    void aForkDoesNotDependOnWhatWasDrawnBefore() {
        SeededRandom drawn = new SeededRandom(7);
        drawn.nextLong();
        assertThat(drawn.fork("x").nextLong())
                .isEqualTo(new SeededRandom(7).fork("x").nextLong())
                .isNotEqualTo(new SeededRandom(7).fork("y").nextLong())
                .isNotEqualTo(new SeededRandom(8).fork("x").nextLong());
    }

    @Test
    void numbersStayWithinTheirBoundsAndReachThem() {
        SeededRandom random = new SeededRandom(3);
        boolean[] seen = new boolean[5];
        for (int i = 0; i < 1000; i++) {
            int value = random.below(5);
            seen[value] = true;
            assertThat(random.between(-3, 3)).isBetween(-3L, 3L);
        }
        assertThat(seen).containsOnly(true);
    }

    @Test
    void chanceIsAsLikelyAsItSays() {
        SeededRandom random = new SeededRandom(4);
        int hits = 0;
        for (int i = 0; i < 100_000; i++) {
            hits += random.chance(0.25) ? 1 : 0;
        }
        assertThat(hits).isBetween(24_300, 25_700);
    }
}
