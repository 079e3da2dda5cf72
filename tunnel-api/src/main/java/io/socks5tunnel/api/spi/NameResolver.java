// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Looks names up for a [Reactor], on threads of its own, which end when they have had nothing to do for a while.
/// There are several, so that a name whose look-up hangs does not hold up the others.
///
/// [#resolve], [#deliver] and [#close] are called by the reactor, on its shard's thread.
public final class NameResolver {
    /// Look-ups that may wait; beyond it a name counts as not found. A shard dials fewer at once.
    private static final int MAX_WAITING = 1024;

    private static final int THREADS = 4;
    private static final long IDLE_SECONDS = 10;

    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final Runnable wakeup;
    private final ThreadPoolExecutor executor;

    /// A resolver that has no thread yet.
    ///
    /// @param wakeup called from any thread when an answer waits for [#deliver]
    public NameResolver(Runnable wakeup) {
        this.wakeup = wakeup;
        executor = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MAX_WAITING),
                Thread.ofPlatform().daemon().name("name-resolver-", 0).factory());
        executor.allowCoreThreadTimeOut(true);
    }

    /// Looks `hostName` up; [#deliver] tells `handler`.
    public void resolve(String hostName, NameHandler handler) {
        try {
            executor.execute(() -> answer(new Answer(lookUp(hostName), handler)));
        } catch (RejectedExecutionException e) {
            answer(new Answer(List.of(), handler));
        }
    }

    private void answer(Answer answer) {
        answers.add(answer);
        wakeup.run();
    }

    private static List<InetAddress> lookUp(String hostName) {
        try {
            return List.of(InetAddress.getAllByName(hostName));
        } catch (UnknownHostException e) {
            return List.of();
        }
    }

    /// Tells the handlers whose answers have come.
    public void deliver() {
        for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
            answer.handler.onResolved(answer.addresses);
        }
    }

    /// Ends the threads, at the latest when their present look-ups return. Nobody is told any more.
    public void close() {
        executor.shutdownNow();
    }

    private record Answer(List<InetAddress> addresses, NameHandler handler) {}
}
