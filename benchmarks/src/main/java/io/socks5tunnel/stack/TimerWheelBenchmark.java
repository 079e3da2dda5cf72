// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// The timers of 10 000 connections.
@State(Scope.Thread)
public class TimerWheelBenchmark {
    private static final int TIMERS = 10_000;
    private static final long RETRANSMISSION_NANOS = 200_000_000;
    private static final long STEP_NANOS = 20_000;

    private final TimerWheel wheel = new TimerWheel(0);
    private final TimerWheel.Entry[] entries = new TimerWheel.Entry[TIMERS];
    private long nowNanos;
    private int next;
    private long fired;

    /// All of them run.
    @Setup
    public void fill() {
        for (int i = 0; i < TIMERS; i++) {
            entries[i] = new TimerWheel.Entry(_ -> fired++);
            wheel.schedule(entries[i], RETRANSMISSION_NANOS + i);
        }
    }

    /// What every acknowledgement does: the timer begins anew. Most never fire.
    @Benchmark
    public long postpone() {
        nowNanos += STEP_NANOS;
        next = (next + 1) % TIMERS;
        wheel.schedule(entries[next], nowNanos + RETRANSMISSION_NANOS);
        wheel.advance(nowNanos);
        return fired;
    }
}
