// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class QuietTimesTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Executor THREAD = Thread.ofPlatform().daemon()::start;

    private final QuietTimes times = new QuietTimes();

    @Test
    void announcementsBeforeTheWaitCountOnce() throws InterruptedException {
        times.announce();
        times.announce();
        assertThat(times.await()).isTrue();

        CompletableFuture<Boolean> next = CompletableFuture.supplyAsync(this::await, THREAD);
        times.end();
        assertThat(next).succeedsWithin(LIMIT).isEqualTo(false);
    }

    @Test
    void whoWaitsIsTold() {
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(this::await, THREAD);
        times.announce();

        assertThat(waiting).succeedsWithin(LIMIT).isEqualTo(true);
    }

    /// Who has been told is busy collecting, and will ask again.
    @Test
    void whoHasWaitedOnceWantsToKnowForEver() {
        assertThat(times.isWanted()).isFalse();
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(this::await, THREAD);
        while (!times.isWanted()) {
            Thread.onSpinWait();
        }

        times.announce();

        assertThat(waiting).succeedsWithin(LIMIT);
        assertThat(times.isWanted()).isTrue();
    }

    @Test
    void nobodyWaitsForAnEndedTunnel() throws InterruptedException {
        times.announce();
        times.end();

        assertThat(times.await()).isFalse();
    }

    private boolean await() {
        try {
            return times.await();
        } catch (InterruptedException e) {
            throw new CompletionException(e);
        }
    }
}
