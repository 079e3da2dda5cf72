// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.api.spi.TunQueue;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/// A queue that several shards write to, where a device has fewer queues than there are shards. One of them reads
/// it.
///
/// A queue is confined to one thread, so calls are serialized. The other way would be to send packets back to the
/// shard that owns the queue, which costs a copy and a wake-up for each burst; the lock costs nothing while nobody
/// else writes, and is held for one system call or one burst. May be used from any thread.
final class GuardedQueue implements TunQueue {
    private final TunQueue queue;
    private final ReentrantLock lock = new ReentrantLock();

    /// How often a thread had to wait: shared, but written only then.
    private final AtomicLong waits = new AtomicLong();

    GuardedQueue(TunQueue queue) {
        this.queue = queue;
    }

    @Override
    public boolean read(PacketBurst burst) throws IOException {
        acquire();
        try {
            return queue.read(burst);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean write(OutboundPacket packet) throws IOException {
        acquire();
        try {
            return queue.write(packet);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public TunCapabilities capabilities() {
        acquire();
        try {
            return queue.capabilities();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int pollDescriptor() {
        return queue.pollDescriptor();
    }

    @Override
    public void onReadable(Runnable signal) {
        queue.onReadable(signal);
    }

    @Override
    public boolean awaitReadable(long timeoutNanos) throws IOException {
        return queue.awaitReadable(timeoutNanos);
    }

    /// How often a thread had to wait for another.
    long waits() {
        return waits.get();
    }

    private void acquire() {
        if (!lock.tryLock()) {
            waits.incrementAndGet();
            lock.lock();
        }
    }
}
