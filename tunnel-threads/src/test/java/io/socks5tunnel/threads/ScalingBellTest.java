// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static io.socks5tunnel.threads.ScalingBell.BUSY_EVERY_NANOS;
import static io.socks5tunnel.threads.ScalingBell.LOOK_EVERY_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ScalingBellTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final ScalingBell bell = new ScalingBell();

    private void listen(boolean mayGrow, boolean mayShrink) {
        bell.expect(mayGrow, mayShrink);
        bell.heardBy(Thread.ofPlatform().unstarted(() -> {}), 0);
    }

    @Test
    void isHeardFromTheStartToTheEnd() {
        assertThat(bell.isHeard()).isFalse();
        listen(true, true);
        assertThat(bell.isHeard()).isTrue();

        bell.end();

        assertThat(bell.isHeard()).isFalse();
        assertThat(bell.await()).isFalse();
    }

    @Test
    void isRungByABusyShardIfThereIsOneToPutBack() {
        listen(true, false);

        bell.endStretch(true, 1);
        assertThat(bell.takeRing()).isTrue();
        bell.endStretch(true, BUSY_EVERY_NANOS);
        assertThat(bell.takeRing()).as("too soon").isFalse();
        bell.endStretch(true, 1 + BUSY_EVERY_NANOS);
        assertThat(bell.takeRing()).isTrue();
    }

    @Test
    void isRungByAnyShardNowAndThenIfThereIsOneToTakeOut() {
        listen(false, true);

        bell.endStretch(false, LOOK_EVERY_NANOS - 1);
        assertThat(bell.takeRing()).as("too soon").isFalse();
        bell.endStretch(false, LOOK_EVERY_NANOS);
        assertThat(bell.takeRing()).isTrue();
        bell.endStretch(true, 2 * LOOK_EVERY_NANOS - 1);
        assertThat(bell.takeRing()).as("too soon").isFalse();
        bell.endStretch(true, 2 * LOOK_EVERY_NANOS);
        assertThat(bell.takeRing()).isTrue();
    }

    @Test
    void isNotRungForWhatCannotBe() {
        listen(true, false);
        bell.endStretch(false, 100 * LOOK_EVERY_NANOS);
        assertThat(bell.takeRing()).isFalse();

        bell.expect(false, false);
        bell.endStretch(true, 200 * LOOK_EVERY_NANOS);
        assertThat(bell.takeRing()).isFalse();
    }

    @Test
    void countsOnceWhatWasRungBefore() {
        listen(true, true);
        bell.endStretch(true, LOOK_EVERY_NANOS);
        bell.endStretch(true, 2 * LOOK_EVERY_NANOS);

        assertThat(bell.await()).isTrue();
        assertThat(bell.takeRing()).isFalse();
    }

    /// Whether the listener sleeps already or not.
    @Test
    void wakesWhoListens() {
        for (int i = 0; i < 100; i++) {
            ScalingBell fresh = new ScalingBell();
            fresh.expect(true, true);
            var heard = new CompletableFuture<Boolean>();
            Thread listener = Thread.ofPlatform().daemon().unstarted(() -> heard.complete(fresh.await()));
            fresh.heardBy(listener, 0);
            listener.start();
            while (i % 2 == 0 && listener.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }

            fresh.endStretch(true, 1);

            assertThat(heard).succeedsWithin(LIMIT).isEqualTo(true);
        }
    }
}
