// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.wire;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.KernelCounters;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.LabRequirements;
import io.socks5tunnel.it.lab.NetworkLab;
import io.socks5tunnel.it.lab.NetworkNamespace;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.transfer.TransferClient;
import io.socks5tunnel.it.transfer.TransferMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A lab whose client sits behind a [Wire] that can be made as bad as wanted. The client's kernel speaks TCP across
/// it with the tunnel's stack, or, for comparison, with the kernel of the server.
///
/// ```
///   namespace "far"             namespace "client", which only forwards           namespace "server"
/// ┌──────────────────────┐     ┌──────────────────────────────────────┐         ┌────────────────────┐
/// │ TransferClient       │     │           ┌──► [TUN] ──► the tunnel ─┼── veth ─┼─► SOCKS server      │
/// │ kernel's TCP         │     │  forwards │                          │         │       │            │
/// │ 198.18.3.1           │     │           └──────── or directly ─────┼── veth ─┼─► TransferServer    │
/// │ [far0] ══════════════╪═════╪══ [near0]                            │         │   198.19.0.1       │
/// └──────────────────────┘ Wire└──────────────────────────────────────┘         └────────────────────┘
/// ```
///
/// Nothing on the client's side of the tunnel has offload, so that a lost packet is one segment.
final class WireLab implements AutoCloseable {
    private static final String FAR = "far0";
    private static final String NEAR = "near0";
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    /// As many packets as a device may keep for a reader that is slow to come: more than the largest window has.
    private static final String QUEUE_PACKETS = "20000";

    private final NetworkLab lab;
    private final NetworkNamespace far;
    private final List<AddressFamily> families;
    private final WireControl wire;
    private @Nullable Daemon daemon;

    private WireLab(NetworkLab lab, DaemonConfig config) {
        this.lab = lab;
        families = config.families();
        far = lab.addFar();
        Path socket = lab.directory().resolve("wire.socket");
        LabProcess process = far.startJava("wire", Wire.class, FAR, NEAR, socket);
        process.awaitUntil("wire ready", START_LIMIT, () -> process.output().contains("ready"));
        far.ip("link", "set", NEAR, "netns", lab.client().name());
        addWays(config.mtuBytes());
        wire = WireControl.connect(socket);
    }

    /// A lab with a tunnel between client and server.
    static WireLab withTunnel(DaemonConfig config) {
        WireLab lab = open(config);
        try {
            config.server().start(lab.lab);
            lab.daemon = Daemon.start(lab.lab, config);
            lab.lab.client().ip("link", "set", DaemonConfig.DEVICE, "txqueuelen", QUEUE_PACKETS);
            return lab;
        } catch (RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    /// A lab without a tunnel: the kernels of client and server talk to each other.
    static WireLab direct() {
        WireLab lab = open(DaemonConfig.of(SocksServer.EMBEDDED));
        lab.lab.routeDirect();
        lab.setServerCongestion("cubic");
        return lab;
    }

    private static WireLab open(DaemonConfig config) {
        LabRequirements.demand();
        NetworkLab lab = NetworkLab.open();
        try {
            Applications.start(lab);
            return new WireLab(lab, config);
        } catch (RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    private static String address(AddressFamily family) {
        return switch (family) {
            case IPV4 -> "198.18.3.1";
            case IPV6 -> "fc00:18:3::1";
        };
    }

    private static String host(AddressFamily family) {
        return address(family) + "/" + family.hostBits();
    }

    private void addWays(int mtuBytes) {
        NetworkNamespace near = lab.client();
        near.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
                .orFail();
        far.ip("link", "set", FAR, "mtu", "" + mtuBytes, "txqueuelen", QUEUE_PACKETS, "up");
        near.ip("link", "set", NEAR, "mtu", "" + mtuBytes, "txqueuelen", QUEUE_PACKETS, "up");
        for (AddressFamily family : families) {
            String host = host(family);
            far.ip("addr", "add", host, "dev", FAR, "nodad");
            near.ip("route", "add", host, "dev", NEAR);
        }
        setClientCongestion("cubic");
        // What one connection has learnt of the path must not help the next.
        for (NetworkNamespace side : List.of(far, near, lab.server())) {
            side.run("sysctl", "-qw", "net.ipv4.tcp_no_metrics_save=1").orFail();
        }
    }

    /// Chooses the congestion control of the client for connections from now on.
    ///
    /// By the route, since a namespace may choose only among those that the whole machine allows to everybody.
    void setClientCongestion(String name) {
        for (AddressFamily family : families) {
            far.ip("route", "replace", family.destinations(), "dev", FAR, "src", address(family), "congctl", name);
        }
    }

    /// The same of the server, for a [direct][#direct()] lab.
    void setServerCongestion(String name) {
        for (AddressFamily family : families) {
            lab.server().ip("route", "replace", host(family), "via", family.client(), "congctl", name);
        }
    }

    /// Sets options of the client's kernel, such as `net.ipv4.tcp_sack=0`, for connections from now on.
    void setClient(String... options) {
        List<String> command = new ArrayList<>(List.of("sysctl", "-qw"));
        command.addAll(List.of(options));
        far.run(command.toArray(String[]::new)).orFail();
    }

    /// Starts a [TransferClient] behind the wire.
    LabProcess startTransfer(TransferMode mode, AddressFamily family, int connections, long bytes, long seed) {
        return far.startJava(
                "transfer-" + mode.word(),
                TransferClient.class,
                mode.word(),
                family.destination(),
                Applications.PORT,
                connections,
                bytes,
                seed,
                Applications.LIMIT.toSeconds());
    }

    /// The wire between client and tunnel.
    WireControl wire() {
        return wire;
    }

    /// The tunnel.
    Daemon daemon() {
        if (daemon == null) {
            throw new IllegalStateException("a lab without a tunnel");
        }
        return daemon;
    }

    /// What the client's kernel has counted until now.
    KernelCounters counters() {
        return KernelCounters.read(far);
    }

    /// The namespaces but for the client's.
    NetworkLab lab() {
        return lab;
    }

    /// The client's namespace.
    NetworkNamespace far() {
        return far;
    }

    @Override
    public void close() {
        wire.close();
        lab.close();
    }
}
