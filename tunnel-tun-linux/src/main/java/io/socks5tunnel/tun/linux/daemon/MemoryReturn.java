// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import io.socks5tunnel.api.Tunnel;
import java.util.concurrent.TimeUnit;

/// Gives memory back to the system when a tunnel has come to rest after much work.
///
/// The data path allocates nothing and an idle tunnel even less, so the collector would have no reason to run again
/// for days, and what the flows of a busy hour needed would stay resident. Only the daemon does this: a library must
/// not ask for a collection in somebody else's JVM.
final class MemoryReturn {
    /// Shards come to rest one after the other; one collection does for all.
    private static final long GATHERING_SECONDS = 1;

    private MemoryReturn() {}

    /// Watches a tunnel until it has ended, on a thread that sleeps all the while.
    static void watch(Tunnel tunnel) {
        Thread.ofPlatform().name("socks5-tunnel-memory").daemon().start(() -> collectWheneverQuiet(tunnel));
    }

    private static void collectWheneverQuiet(Tunnel tunnel) {
        try {
            while (tunnel.awaitQuiet()) {
                TimeUnit.SECONDS.sleep(GATHERING_SECONDS);
                System.gc();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
