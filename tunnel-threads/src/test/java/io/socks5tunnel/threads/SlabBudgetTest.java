// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlabBudgetTest {
    @ParameterizedTest(name = "a heap of at most {0} MiB: {1} MiB of slabs")
    @CsvSource({"16, 16", "64, 32", "512, 256", "2048, 1024", "6028, 1024"})
    void isHalfOfTheHeapsLimitWithinBounds(long maxHeapMebibytes, long budgetMebibytes) {
        assertThat(TunnelEngine.slabBudgetBytes(maxHeapMebibytes << 20)).isEqualTo(budgetMebibytes << 20);
    }
}
