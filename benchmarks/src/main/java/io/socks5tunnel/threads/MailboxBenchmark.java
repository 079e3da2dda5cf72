// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/// A mailbox between two shards that do nothing else.
@State(Scope.Group)
public class MailboxBenchmark {
    private final ShardMailbox mailbox = new ShardMailbox(() -> {});

    /// The other shard; a full mailbox refuses.
    @Benchmark
    @Group("mailbox")
    @GroupThreads(1)
    public boolean offer() {
        return mailbox.offer(ShardCommand.EVICT);
    }

    /// The owner; an empty mailbox has nothing.
    @Benchmark
    @Group("mailbox")
    @GroupThreads(1)
    public void poll(Blackhole hole) {
        hole.consume(mailbox.pollCommand());
    }
}
