// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.reactor;

import io.socks5tunnel.api.spi.ReadyHandler;

/// What a handler was told.
final class Readiness implements ReadyHandler {
    private int ready;
    private int told;

    @Override
    public void onReady(int readyOps) {
        ready |= readyOps;
        told++;
    }

    boolean isReadable() {
        return (ready & READABLE) != 0;
    }

    boolean isWritable() {
        return (ready & WRITABLE) != 0;
    }

    /// How often it was told.
    int told() {
        return told;
    }

    void clear() {
        ready = 0;
        told = 0;
    }
}
