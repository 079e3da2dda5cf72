// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static io.socks5tunnel.threads.ShardLoad.STRETCH_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.threads.ShardCounters.Count;
import org.junit.jupiter.api.Test;

class ShardLoadTest {
    private final ScalingBell bell = new ScalingBell();
    private final ShardCounters counters = new ShardCounters();
    private long nowNanos = -100;
    private int clockReads;
    private final ShardLoad load = new ShardLoad(bell, counters, this::clock);

    private long clock() {
        clockReads++;
        return nowNanos;
    }

    private void listen() {
        bell.heardBy(Thread.currentThread(), nowNanos);
    }

    private void cycle(long workNanos, long waitNanos) {
        load.beginCycle(nowNanos);
        nowNanos += workNanos;
        if (waitNanos > 0) {
            load.beginWait();
        }
        nowNanos += waitNanos;
    }

    private long busyNanos() {
        return counters.value(Count.BUSY_NANOS);
    }

    private long busyStretches() {
        return counters.value(Count.BUSY_STRETCHES);
    }

    @Test
    void nothingIsMeasuredWhileNobodyListens() {
        cycle(STRETCH_NANOS, 5);
        cycle(STRETCH_NANOS, 5);

        assertThat(busyNanos()).isZero();
        assertThat(clockReads).as("once when it was made").isOne();
    }

    @Test
    void workIsCountedAndWaitingIsNot() {
        listen();
        cycle(3, 1000);
        cycle(4, 1000);

        assertThat(busyNanos()).isEqualTo(7);
    }

    @Test
    void aShardThatDoesNotWaitReadsNoClockForIt() {
        listen();
        cycle(3, 0);
        cycle(4, 0);
        cycle(5, 1);

        assertThat(busyNanos()).isEqualTo(12);
        assertThat(clockReads).isEqualTo(2);
    }

    @Test
    void threeQuartersOfAStretchAreBusy() {
        listen();
        cycle(STRETCH_NANOS / 4 * 3, STRETCH_NANOS / 4);
        cycle(STRETCH_NANOS / 4 * 3 - 1, STRETCH_NANOS / 4 + 1);
        assertThat(busyStretches()).isEqualTo(1);

        cycle(0, 1);
        assertThat(busyStretches()).isEqualTo(1);
    }

    @Test
    void aStretchThatWasSleptThroughIsNotBusy() {
        listen();
        cycle(STRETCH_NANOS, 1000 * STRETCH_NANOS);
        cycle(0, 1);

        assertThat(busyStretches()).isZero();
    }

    @Test
    void nothingMoreIsMeasuredWhenItIsOver() {
        listen();
        cycle(5, 1);
        bell.end();
        cycle(5, 1);
        cycle(5, 1);

        assertThat(busyNanos()).isEqualTo(5);
    }
}
