// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

/// Tells whoever waits that a shard has come to rest after much work. May be used from any thread; the lock is held
/// for a few instructions.
final class QuietTimes {
    private boolean isAnnounced;
    private boolean isOver;

    /// A shard has come to rest.
    synchronized void announce() {
        isAnnounced = true;
        notifyAll();
    }

    /// The tunnel has ended: nobody waits any longer.
    synchronized void end() {
        isOver = true;
        notifyAll();
    }

    /// Waits for the next announcement; what was announced before counts once.
    ///
    /// @return false if the tunnel has ended
    synchronized boolean await() throws InterruptedException {
        while (!isAnnounced && !isOver) {
            wait();
        }
        isAnnounced = false;
        return !isOver;
    }
}
