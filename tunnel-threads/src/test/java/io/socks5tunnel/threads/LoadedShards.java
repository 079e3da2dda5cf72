// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import java.util.Arrays;

/// Shards that have done what a test says, and the decision about them. Looks every 50 ms, as busy shards have it.
final class LoadedShards {
    static final long LOOK_NANOS = ShardScaling.SAMPLE_NANOS;

    final ShardScaling scaling;
    private final long[] busyNanos;
    private long stretches;
    private long nowNanos = Long.MAX_VALUE - 7; // a clock may begin anywhere, and run over

    LoadedShards(int min, int max) {
        scaling = new ShardScaling(min, max, nowNanos);
        busyNanos = new long[max];
    }

    /// Shards that do nothing until only so many are left.
    LoadedShards shrunkTo(int inService) {
        for (int i = 0; scaling.inService() > inService; i++) {
            if (i > 1000) {
                throw new AssertionError("it does not go below " + scaling.inService());
            }
            pass(ShardScaling.REST_NANOS);
        }
        return this;
    }

    /// Time goes by in which shards are busy for such a part of it. One that is for three quarters of it is busy.
    ///
    /// @return how often the number in service changed
    int pass(long nanos, double... load) {
        int changes = 0;
        for (long passed = 0; passed < nanos; passed += LOOK_NANOS) {
            nowNanos += LOOK_NANOS;
            for (int shard = 0; shard < load.length; shard++) {
                busyNanos[shard] += (long) (load[shard] * LOOK_NANOS);
            }
            stretches += Arrays.stream(load).filter(part -> part >= 0.75).count();
            changes += scaling.hasChanged(busyNanos, stretches, nowNanos) ? 1 : 0;
        }
        return changes;
    }

    /// Time in which nobody was awake to look.
    void sleep(long nanos) {
        nowNanos += nanos;
    }

    int inService() {
        return scaling.inService();
    }
}
