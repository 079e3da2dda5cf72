// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.demo;

import io.socks5tunnel.api.ConfigException;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.sim.SimulatedNetwork;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Everything that runs during the demo: the far side, and before it a tunnel in a private network or, where that
/// cannot be had, on a simulated device.
///
/// @param farSide behind the tunnel
/// @param network the tunnel and before it
/// @param mtuBytes of the device
/// @param obstacle why the device is simulated; empty if it is real
record DemoStage(FarSide farSide, DemoNetwork network, int mtuBytes, Optional<String> obstacle)
        implements AutoCloseable {
    /// Where the client finds the web server.
    static final InetSocketAddress SERVER =
            new InetSocketAddress(InetAddress.ofLiteral("198.19.0.1"), FarSide.WEB_PORT);

    private static final String DEVICE = "tun0";
    private static final Inet4Address ROUTED = (Inet4Address) InetAddress.ofLiteral("198.19.0.0");
    private static final int PREFIX_BITS = 16;
    private static final int SIMULATED_MTU_BYTES = 1500;

    /// Starts everything.
    ///
    /// @throws IOException if not even a simulated device helps; nothing is left running then
    static DemoStage open(EndlessContent content, DemoOptions options) throws IOException {
        Optional<String> obstacle = options.obstacle();
        if (options.isNetworkPrivate()) {
            // first of all, since a fresh namespace has no loopback address for the servers either
            Optional<String> failure = prepare();
            obstacle = obstacle.or(() -> failure);
        }
        FarSide farSide = FarSide.start(content);
        try {
            return open(farSide, obstacle);
        } catch (IOException e) {
            farSide.close();
            throw e;
        }
    }

    /// Who is who.
    List<String> introduction() throws IOException {
        String device = network.tunnel().deviceName();
        List<String> lines = new ArrayList<>(DemoReport.drawing(device));
        String asks = "asks for " + text(SERVER);
        lines.addAll(DemoReport.labelled(
                "client",
                obstacle.isPresent()
                        ? "a simulated TCP of its own, " + asks
                        : "the kernel's TCP, " + asks + "; the route " + ROUTED.getHostAddress() + "/" + PREFIX_BITS
                                + " leads into " + device));
        lines.addAll(DemoReport.labelled("socks5-tunnel", network.tunnel().description()));
        lines.addAll(DemoReport.labelled(
                "SOCKS5",
                text(farSide.socksAddress()) + ", stands for the far network: port " + FarSide.WEB_PORT
                        + " leads to the web server, every other port is closed"));
        lines.addAll(DemoReport.labelled("web server", text(farSide.webAddress())));
        lines.addAll(DemoReport.labelled(
                "where",
                obstacle.map(reason -> "SIMULATED DEVICE: " + reason
                                + ". Device and client are simulated; tunnel and servers are real.")
                        .orElse("in a network namespace of this process, which ends with it")));
        return lines;
    }

    @Override
    public void close() throws IOException {
        try {
            network.close();
        } finally {
            farSide.close();
        }
    }

    /// @return what is in the way of a private network
    private static Optional<String> prepare() {
        try {
            PrivateNetwork.prepare();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static DemoStage open(FarSide farSide, Optional<String> obstacle) throws IOException {
        Optional<String> reason = obstacle;
        if (reason.isEmpty()) {
            try {
                TunnelConfig config = config(farSide, "name: " + DEVICE);
                DemoNetwork network = PrivateNetwork.open(config, ROUTED, PREFIX_BITS);
                return new DemoStage(farSide, network, config.tunnel().mtuBytes(), reason);
            } catch (IOException e) {
                reason = Optional.of(String.valueOf(e.getMessage()));
            }
        }
        TunnelConfig config = config(farSide, "mtu: " + SIMULATED_MTU_BYTES);
        int queues = Runtime.getRuntime().availableProcessors();
        DemoNetwork simulated = new MemoryNetwork(SimulatedNetwork.open(config, queues));
        return new DemoStage(farSide, simulated, SIMULATED_MTU_BYTES, reason);
    }

    /// As a user would write it.
    private static TunnelConfig config(FarSide farSide, String tunnelLine) {
        InetSocketAddress socks = farSide.socksAddress();
        String text = """
                tunnel:
                  %s
                  ipv4: 198.18.0.1
                socks5:
                  address: %s
                  port: %d
                """.formatted(tunnelLine, socks.getAddress().getHostAddress(), socks.getPort());
        try {
            return TunnelConfig.parse(text).config();
        } catch (ConfigException e) {
            throw new IllegalStateException("the demo's own configuration is wrong", e);
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
