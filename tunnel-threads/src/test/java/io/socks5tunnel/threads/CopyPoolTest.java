// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CopyPoolTest {
    private final CopyPool pool = new CopyPool(new CopyBudget(300 * 1024));

    private byte[] take(int bytes) {
        return Objects.requireNonNull(pool.tryTake(bytes));
    }

    @Test
    void aCopyIsAsLongAsItsSizeAndUsedAgain() {
        for (int bytes : new int[] {0, 1, 256, 257, 2048, 2049, 67_584}) {
            byte[] copy = take(bytes);
            assertThat(copy.length).isGreaterThanOrEqualTo(bytes);
            pool.give(copy);

            assertThat(take(bytes)).isSameAs(copy);
            pool.give(copy);
        }
    }

    @Test
    void noneIsThereOnceTheBudgetIsSpent() {
        List<byte[]> taken = new ArrayList<>();
        for (byte[] copy = pool.tryTake(5_000); copy != null; copy = pool.tryTake(5_000)) {
            taken.add(copy);
        }
        assertThat(taken).hasSize(4);

        pool.give(taken.getFirst());
        assertThat(pool.tryTake(5_000)).isSameAs(taken.getFirst());
    }

    /// The budget is of those in use; what is kept has been given back.
    @Test
    void whatIsDiscardedIsMadeAnew() {
        byte[] inUse = take(100);
        byte[] kept = take(100);
        pool.give(kept);

        pool.discard();

        assertThat(take(100)).isNotSameAs(kept);
        pool.give(inUse);
        assertThat(take(100)).isSameAs(inUse);
    }
}
