// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static io.socks5tunnel.threads.DatagramPace.DENSE_PER_SECOND;
import static io.socks5tunnel.threads.DatagramPace.SPARSE_PER_SECOND;
import static io.socks5tunnel.threads.DatagramPace.STRETCH_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DatagramPaceTest {
    private static final long SECOND = 1_000_000_000;
    private static final long DENSE_PER_STRETCH = DENSE_PER_SECOND * STRETCH_NANOS / SECOND;
    private static final long SPARSE_PER_STRETCH = SPARSE_PER_SECOND * STRETCH_NANOS / SECOND;

    private final DatagramPace pace = new DatagramPace(0);

    @Test
    void isDenseFromTheFirstStretchOnThatHasEnough() {
        assertThat(pace.hasChanged(DENSE_PER_STRETCH, STRETCH_NANOS - 1)).isFalse();
        assertThat(pace.isDense()).isFalse();

        assertThat(pace.hasChanged(DENSE_PER_STRETCH, STRETCH_NANOS)).isTrue();
        assertThat(pace.isDense()).isTrue();
    }

    @Test
    void oneLessIsNotEnough() {
        assertThat(pace.hasChanged(DENSE_PER_STRETCH - 1, STRETCH_NANOS)).isFalse();
        assertThat(pace.isDense()).isFalse();
    }

    @Test
    void countsFromTheBeginOfEachStretch() {
        pace.hasChanged(DENSE_PER_STRETCH - 1, STRETCH_NANOS);

        assertThat(pace.hasChanged(2 * DENSE_PER_STRETCH - 2, 2 * STRETCH_NANOS))
                .isFalse();
        assertThat(pace.hasChanged(3 * DENSE_PER_STRETCH - 2, 3 * STRETCH_NANOS))
                .isTrue();
    }

    @Test
    void staysDenseUntilThereAreFew() {
        pace.hasChanged(DENSE_PER_STRETCH, STRETCH_NANOS);

        assertThat(pace.hasChanged(DENSE_PER_STRETCH + SPARSE_PER_STRETCH, 2 * STRETCH_NANOS))
                .isFalse();
        assertThat(pace.isDense()).isTrue();
        assertThat(pace.hasChanged(DENSE_PER_STRETCH + 2 * SPARSE_PER_STRETCH - 1, 3 * STRETCH_NANOS))
                .isTrue();
        assertThat(pace.isDense()).isFalse();
    }

    @Test
    void aLongSilenceIsSparseWhateverCameBefore() {
        pace.hasChanged(DENSE_PER_STRETCH, STRETCH_NANOS);

        assertThat(pace.hasChanged(3 * DENSE_PER_STRETCH, STRETCH_NANOS + SECOND))
                .isTrue();
        assertThat(pace.isDense()).isFalse();
    }
}
