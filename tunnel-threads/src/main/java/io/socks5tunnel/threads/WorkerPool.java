// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The threads of a tunnel, one for each shard. When one fails, all end: the kernel would go on to give its queue a
/// share of the flows, and nobody would read them. May be used from any thread.
final class WorkerPool {
    private final List<Shard> shards;
    private final Consumer<@Nullable Throwable> whenEnded;
    private final List<Thread> threads = new ArrayList<>();
    private final Object lock = new Object();
    private int running;
    private @Nullable Throwable failure;

    /// @param placement where each of the shards runs
    /// @param whenEnded told once, on the thread of the shard that ends last, why the pool ended; null if it was
    ///     stopped
    WorkerPool(List<Shard> shards, ShardPlacement placement, Consumer<@Nullable Throwable> whenEnded) {
        this.shards = shards;
        this.whenEnded = whenEnded;
        running = shards.size();
        for (Shard shard : shards) {
            threads.add(Thread.ofPlatform()
                    .name("socks5-tunnel-shard-" + shard.index())
                    .daemon()
                    .unstarted(new ShardRunner(shard, placement.cpus().get(shard.index()), this::onShardEnd)));
        }
    }

    void start() {
        for (Thread thread : threads) {
            thread.start();
        }
    }

    /// Tells all shards to stop, and returns at once.
    void stop() {
        for (Shard shard : shards) {
            while (!shard.mailbox().offer(ShardCommand.STOP) && !shard.mailbox().isClosed()) {
                // full of commands: the shard is at work on them
                Thread.onSpinWait();
            }
        }
    }

    /// Waits until no thread is left.
    void join() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void onShardEnd(@Nullable Throwable shardFailure) {
        boolean isLast;
        @Nullable Throwable why;
        synchronized (lock) {
            isLast = --running == 0;
            if (failure == null) {
                failure = shardFailure;
            }
            why = failure;
        }
        if (isLast) {
            whenEnded.accept(why);
        } else if (shardFailure != null) {
            stop();
        }
    }
}
