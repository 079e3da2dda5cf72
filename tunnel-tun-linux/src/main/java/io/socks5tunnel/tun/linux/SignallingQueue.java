// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import io.socks5tunnel.api.spi.ReadyHandler;

/// A watched queue that has no descriptor and calls instead when packets arrive.
final class SignallingQueue implements Runnable {
    private final WakeSignal wakeSignal;
    private final ReadyHandler handler;

    /// Volatile, since the queue signals from any thread.
    private volatile boolean isSignalled;

    SignallingQueue(WakeSignal wakeSignal, ReadyHandler handler) {
        this.wakeSignal = wakeSignal;
        this.handler = handler;
    }

    @Override
    public void run() {
        isSignalled = true;
        wakeSignal.wake();
    }

    /// Tells the handler if there was a signal since the last time. On the shard's thread.
    void deliver() {
        if (isSignalled) {
            isSignalled = false;
            handler.onReady(ReadyHandler.READABLE);
        }
    }
}
