// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.soak;

import io.socks5tunnel.api.Tunnel;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.names.LabResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Starts and closes tunnels, one after the other, as a program that uses the library may; through each go some
/// flows, one of which is still there when the tunnel is closed.
///
/// Runs as a process of its own: `RestartLoop FILE COUNT EVERY`, and prints a [RestartCount] after each EVERY
/// tunnels.
public final class RestartLoop {
    private static final int CONNECTIONS = 3;

    /// Kept, or its level would be forgotten.
    private static final Logger LOG = Logger.getLogger("io.socks5tunnel");

    private RestartLoop() {}

    /// Runs the tunnels that a YAML file describes.
    public static void main(String[] arguments) throws Exception {
        TunnelConfig config = TunnelConfig.load(Path.of(arguments[0])).config();
        LOG.setLevel(Level.WARNING);
        int every = Integer.parseInt(arguments[2]);
        Random random = new Random(1);
        for (int restart = 1; restart <= Integer.parseInt(arguments[1]); restart++) {
            run(config, random);
            if (restart % every == 0) {
                System.out.println(RestartCount.now(restart).line());
            }
        }
    }

    private static void run(TunnelConfig config, Random random) throws Exception {
        InetAddress destination = InetAddress.ofLiteral(AddressFamily.IPV4.destination());
        Tunnel tunnel = Tunnel.builder(config).start();
        try {
            route(tunnel);
            use(tunnel, destination, random);
        } finally {
            tunnel.close();
        }
    }

    /// Routes vanish with the interface.
    private static void route(Tunnel tunnel) throws IOException, InterruptedException {
        AddressFamily family = AddressFamily.IPV4;
        int status = new ProcessBuilder(List.of(
                        "ip",
                        "route",
                        "replace",
                        family.destinations(),
                        "dev",
                        tunnel.deviceName(),
                        "src",
                        family.tunnel()))
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("no route to the tunnel: ip ended with " + status);
        }
    }

    /// Closes the tunnel while a connection is still there.
    private static void use(Tunnel tunnel, InetAddress destination, Random random) throws Exception {
        SoakConnections connections = new SoakConnections(random, destination);
        try (Socket left = new Socket(destination, SoakLab.STREAM_PORT)) {
            left.getOutputStream().write(SoakServer.request(SoakServer.DOWN, 1, 1));
            SeededReader.read(left.getInputStream(), 1, 1);
            for (int i = 0; i < CONNECTIONS; i++) {
                connections.closeHalf();
            }
            connections.isReset();
            new SoakDatagrams(random)
                    .ask(new InetSocketAddress(destination, SoakLab.RESOLVER_PORT), LabResolver.BY_UDP);
            tunnel.close();
        }
    }
}
