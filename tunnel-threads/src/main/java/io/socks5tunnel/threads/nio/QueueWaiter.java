// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.nio;

import io.socks5tunnel.api.spi.QueueSignal;
import io.socks5tunnel.api.spi.ReadyHandler;
import io.socks5tunnel.api.spi.TunQueue;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Semaphore;

/// Waits on a thread of its own for a queue that has a descriptor, which no selector can wait for.
///
/// It only waits: the shard reads. What has not been read yet stays where it is safe, bounded and counted, in the
/// queue of the device; to read it here would cost a copy and a lock. It waits once for each time that the shard
/// is about to sleep ([#arm]), since a queue that is still being read would be readable without end.
final class QueueWaiter {
    /// How soon the thread sees that its reactor was closed.
    private static final long PATIENCE_NANOS = 1_000_000_000;

    private static final Logger LOGGER = System.getLogger(QueueWaiter.class.getName());

    private final TunQueue queue;
    private final QueueSignal signal;
    private final Semaphore wanted = new Semaphore(0);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("tun-waiter-", 0).unstarted(this::run);
    private boolean isArmed;

    /// Volatile: written by the shard, read by the thread.
    private volatile boolean isClosed;

    QueueWaiter(TunQueue queue, Runnable wakeup, ReadyHandler handler) {
        this.queue = queue;
        signal = new QueueSignal(wakeup, handler);
    }

    void start() {
        thread.start();
    }

    /// Has the thread wait, unless it does already. On the shard's thread.
    void arm() {
        if (!isArmed) {
            isArmed = true;
            wanted.release();
        }
    }

    /// Tells the handler if the wait has ended. On the shard's thread.
    void deliver() {
        if (signal.deliver()) {
            isArmed = false;
        }
    }

    /// Lets the thread end, soon. On the shard's thread.
    void close() {
        isClosed = true;
        wanted.release();
    }

    private void run() {
        try {
            wanted.acquireUninterruptibly();
            while (!isClosed) {
                if (queue.awaitReadable(PATIENCE_NANOS)) {
                    signal.run();
                    wanted.acquireUninterruptibly();
                }
            }
        } catch (IOException e) {
            // the shard meets the failure when it reads
            LOGGER.log(Level.DEBUG, "waiting for a TUN queue failed", e);
            signal.run();
        }
    }
}
