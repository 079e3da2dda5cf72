// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import io.socks5tunnel.api.Tunnel;
import io.socks5tunnel.api.TunnelConfig;
import java.io.IOException;
import java.nio.file.Path;

/// A tunnel in a process of its own that uses the library as a program of somebody else would, and prints the
/// counters, in one line, when it is asked to end (SIGTERM).
public final class LibraryTunnel {
    private LibraryTunnel() {}

    /// Runs the tunnel that a YAML file describes.
    public static void main(String[] arguments) throws Exception {
        run(Tunnel.builder(TunnelConfig.load(Path.of(arguments[0])).config()).start(), () -> {});
    }

    /// @param last run when the tunnel is closed, just before the process ends
    static void run(Tunnel tunnel, Runnable last) throws Exception {
        System.err.println(tunnel.description());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(tunnel, last)));
        tunnel.awaitEnd();
    }

    private static void end(Tunnel tunnel, Runnable last) {
        System.out.println(tunnel.statistics());
        int code = 0;
        try {
            tunnel.close();
        } catch (IOException e) {
            System.err.println("closing failed: " + e.getMessage());
            code = 1;
        }
        last.run();
        System.out.flush();
        Runtime.getRuntime().halt(code);
    }
}
