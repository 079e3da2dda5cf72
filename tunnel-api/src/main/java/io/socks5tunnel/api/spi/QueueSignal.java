// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

/// For reactors: a watched [TunQueue] that calls from any thread when packets arrive, and what the shard has been
/// told of it.
public final class QueueSignal implements Runnable {
    private final Runnable wakeup;
    private final ReadyHandler handler;

    /// Volatile, since the queue signals from any thread.
    private volatile boolean isSignalled;

    /// A queue that has not signalled.
    ///
    /// @param wakeup called from any thread when a signal waits for [#deliver]
    /// @param handler told on the shard's thread
    public QueueSignal(Runnable wakeup, ReadyHandler handler) {
        this.wakeup = wakeup;
        this.handler = handler;
    }

    /// Notes that packets have arrived. From any thread.
    @Override
    public void run() {
        isSignalled = true;
        wakeup.run();
    }

    /// Tells the handler if there was a signal since the last time. On the shard's thread.
    ///
    /// @return whether there was
    public boolean deliver() {
        if (!isSignalled) {
            return false;
        }
        isSignalled = false;
        handler.onReady(ReadyHandler.READABLE);
        return true;
    }
}
