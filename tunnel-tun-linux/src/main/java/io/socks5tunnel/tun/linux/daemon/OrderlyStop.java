// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import io.socks5tunnel.api.Tunnel;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Ends the process in good order when SIGINT or SIGTERM comes: closes the tunnel, waits until the main thread has
/// put everything away, then exits with its code.
///
/// The JVM turns these signals into its shutdown, and afterwards into exit codes 130 and 143. A shutdown hook that
/// halts the JVM itself decides otherwise. May be used from any thread.
final class OrderlyStop {
    private static final System.Logger LOG = System.getLogger(OrderlyStop.class.getName());

    private final Thread hook = Thread.ofPlatform().name("orderly-stop").unstarted(this::onShutdown);
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private boolean isWanted;
    private @Nullable Tunnel running;

    /// From now on the signals stop a tunnel, also one that is still to be started. Whoever calls this also calls
    /// [#disarm], whatever happens, since the process does not end before.
    void arm() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// Waits until `tunnel` has ended by itself or by a signal.
    ///
    /// @throws IOException if the tunnel failed
    /// @throws InterruptedException if the waiting thread was interrupted
    void await(Tunnel tunnel) throws IOException, InterruptedException {
        if (publish(tunnel)) {
            tunnel.awaitEnd();
        }
    }

    /// Everything is put away: signals do again what they did before, and a process that is ending ends with
    /// `status`.
    void disarm(int status) {
        ended.complete(status);
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process is ending, and the hook ends it now.
        }
    }

    /// Whether a signal has asked for the end.
    synchronized boolean isWanted() {
        return isWanted;
    }

    /// @return false if the stop came first
    private synchronized boolean publish(Tunnel tunnel) {
        running = tunnel;
        return !isWanted;
    }

    private synchronized @Nullable Tunnel request() {
        isWanted = true;
        return running;
    }

    private void onShutdown() {
        Tunnel tunnel = request();
        if (tunnel != null) {
            new Supervisor().onStopping();
            try {
                tunnel.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.ERROR, "stopping failed: " + e.getMessage());
            }
        }
        Runtime.getRuntime().halt(ended.join());
    }
}
