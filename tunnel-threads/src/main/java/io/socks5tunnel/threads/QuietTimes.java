// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

/// Tells whoever waits that a shard has come to rest after much work. May be used from any thread; the lock is held
/// for a few instructions.
final class QuietTimes {
    private volatile boolean isWanted;
    private boolean isAnnounced;
    private boolean isOver;

    /// A shard has come to rest.
    synchronized void announce() {
        isAnnounced = true;
        notifyAll();
    }

    /// Whether anybody waits, or has waited and so will again: to give memory back is of no use unless somebody has
    /// it collected. Shards come to rest at nearly the same time, the last ones while he collects for the first.
    boolean isWanted() {
        return isWanted;
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
        isWanted = true;
        while (!isAnnounced && !isOver) {
            wait();
        }
        isAnnounced = false;
        return !isOver;
    }
}
