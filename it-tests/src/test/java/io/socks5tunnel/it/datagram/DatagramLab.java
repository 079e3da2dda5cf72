// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.datagram;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.Ended;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.LabRequirements;
import io.socks5tunnel.it.lab.NetworkLab;
import io.socks5tunnel.it.lab.NetworkNamespace;
import io.socks5tunnel.it.lab.RuntimeImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A lab with a SOCKS server, a tunnel and a [DatagramEcho] at [#PORTS] ports of two addresses of each family.
///
/// @param daemon the tunnel
public record DatagramLab(NetworkLab lab, LabProcess server, Daemon daemon) implements AutoCloseable {
    /// The first port that is answered.
    public static final int PORT = 7100;

    /// How many ports of each address are answered.
    public static final int PORTS = 50;

    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    /// As long as a test may take on a busy machine.
    public static final Duration LIMIT = Duration.ofMinutes(3);

    /// Starts everything; whatever is missing on this machine skips or fails the test.
    public static DatagramLab start(DaemonConfig config) {
        return start(config, 1);
    }

    /// The same with as many processes of the server, if it can share a port.
    public static DatagramLab start(DaemonConfig config, int servers) {
        return start(config, servers, RuntimeImage.command());
    }

    /// The same with another program as the tunnel.
    ///
    /// @param program takes the path of a YAML file as its last argument
    public static DatagramLab start(DaemonConfig config, int servers, List<String> program) {
        LabRequirements.demand();
        NetworkLab lab = NetworkLab.open();
        try {
            List<String> addresses = new ArrayList<>();
            for (AddressFamily family : AddressFamily.values()) {
                addresses.add(family.destination());
                addresses.add(third(family));
                lab.server()
                        .run("ip", "addr", "add", third(family) + "/" + family.hostBits(), "dev", "lo", "nodad")
                        .orFail();
            }
            LabProcess server = config.server().start(lab);
            for (int i = 1; i < servers; i++) {
                config.server().start(lab);
            }
            List<Object> arguments = new ArrayList<>(List.of(PORT, PORTS));
            arguments.addAll(addresses);
            LabProcess echo = lab.server().startJava("datagram-echo", DatagramEcho.class, arguments.toArray());
            echo.awaitUntil("echo ready", START_LIMIT, () -> echo.output().contains("ready"));
            return new DatagramLab(lab, server, Daemon.start(lab, config, program));
        } catch (RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    /// An address of the destinations that answers for others.
    public static String third(AddressFamily family) {
        return switch (family) {
            case IPV4 -> "198.19.0.2";
            case IPV6 -> "fd00:19::2";
        };
    }

    /// Gives both sides almost all ports for sockets that ask for none.
    public void widenPorts() {
        for (NetworkNamespace side : List.of(lab.client(), lab.server())) {
            side.run("sysctl", "-qw", "net.ipv4.ip_local_port_range=2000 65000").orFail();
        }
    }

    /// Runs a [DatagramClient] and gives the lines that it printed.
    public List<String> client(Object... arguments) {
        Ended ended = lab.client()
                .startJava("datagram-client", DatagramClient.class, arguments)
                .await(LIMIT);
        return ended.orFail().output().lines().toList();
    }

    /// Has as many sources as `count` ask for an echo so many times, from `clients` processes at once, and counts who
    /// was answered every time.
    public Sources sources(int clients, int count, String destination, int times) {
        long start = System.nanoTime();
        List<LabProcess> running = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            int part = count / clients + (i < count % clients ? 1 : 0);
            running.add(
                    lab.client().startJava("sources", DatagramClient.class, "sources", part, destination, PORT, times));
        }
        int answered = 0;
        for (LabProcess client : running) {
            String line = client.await(LIMIT).orFail().output();
            answered += Integer.parseInt(line.substring(0, line.indexOf(' ')));
        }
        return new Sources(answered, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }

    /// What came of many sources.
    ///
    /// @param answered how many were
    /// @param millis until the last one was, the start of the clients included
    public record Sources(int answered, long millis) {}

    @Override
    public void close() {
        lab.close();
    }
}
