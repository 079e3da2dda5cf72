// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import io.socks5tunnel.api.Tunnel;
import java.io.IOException;

/// Ends the process in good order when SIGINT or SIGTERM comes: closes the tunnel, then exits with 0.
///
/// The JVM turns these signals into its shutdown, and afterwards into exit codes 130 and 143. A shutdown hook that
/// halts the JVM itself decides otherwise; and a process that exits by itself takes its hook away first.
final class OrderlyStop {
    private static final System.Logger LOG = System.getLogger(OrderlyStop.class.getName());

    /// Waits until `tunnel` has ended by itself, or the process by a signal.
    ///
    /// @throws IOException if the tunnel failed
    /// @throws InterruptedException if the waiting thread was interrupted
    void await(Tunnel tunnel) throws IOException, InterruptedException {
        Thread hook = Thread.ofPlatform().name("orderly-stop").unstarted(() -> stop(tunnel));
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            tunnel.awaitEnd();
        } finally {
            remove(hook);
        }
    }

    private static void stop(Tunnel tunnel) {
        int code = ExitStatus.STOPPED.code();
        try {
            tunnel.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "stopping failed: " + e.getMessage());
            code = ExitStatus.FAILED.code();
        }
        Runtime.getRuntime().halt(code);
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The hook runs already: the tunnel ended because of it, and the hook ends the process.
        }
    }
}
