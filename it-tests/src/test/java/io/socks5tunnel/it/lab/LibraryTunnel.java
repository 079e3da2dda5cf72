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
        run(Tunnel.builder(TunnelConfig.load(Path.of(arguments[0])).config()).start());
    }

    static void run(Tunnel tunnel) throws Exception {
        System.err.println(tunnel.description());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(tunnel)));
        tunnel.awaitEnd();
    }

    private static void end(Tunnel tunnel) {
        System.out.println(tunnel.statistics());
        System.out.flush();
        int code = 0;
        try {
            tunnel.close();
        } catch (IOException e) {
            System.err.println("closing failed: " + e.getMessage());
            code = 1;
        }
        Runtime.getRuntime().halt(code);
    }
}
