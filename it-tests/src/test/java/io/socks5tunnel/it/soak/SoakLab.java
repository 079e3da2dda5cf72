// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.soak;

import io.socks5tunnel.it.datagram.DatagramEcho;
import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.NetworkLab;
import io.socks5tunnel.it.lab.RuntimeImage;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.names.LabResolver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A lab with everything that a soak needs, and its faults.
final class SoakLab implements AutoCloseable {
    /// Where [SoakServer] listens.
    static final int STREAM_PORT = 7000;

    /// Where nobody listens.
    static final int CLOSED_PORT = 7001;

    /// Where [DatagramEcho] listens.
    static final int ECHO_PORT = 7100;

    /// Where [LabResolver] listens.
    static final int RESOLVER_PORT = 5300;

    /// Where the tunnel answers for names.
    static final InetSocketAddress MAPDNS = new InetSocketAddress("198.18.3.53", 53);

    /// A name of the destination that only the SOCKS server knows.
    static final String NAME = "www.lab.example";

    /// How the addresses of names begin.
    static final String MAPPED = "100.";

    private static final String MAPPED_NETWORK = "100.64.0.0";
    private static final double LOSS = 0.02;
    private static final int UDP_IDLE_MILLIS = 5_000;

    /// Longer than anything here is idle, and shorter than quiet moments are waited for: a client's reset that got
    /// lost is not sent again, and leaves a connection that only this ends.
    private static final int TCP_IDLE_MILLIS = 20_000;

    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    private final NetworkLab lab;
    private final LabProcess streams;
    private final Daemon daemon;
    private LabProcess socksServer;
    private long lostPackets;
    private double cpuSecondsOfTheDead;

    private SoakLab(NetworkLab lab, SoakPlan plan) {
        this.lab = lab;
        socksServer = startSocksServer();
        streams = lab.server().startJava("soak-server", SoakServer.class, STREAM_PORT);
        streams.awaitListening(STREAM_PORT, START_LIMIT);
        String ipv4 = AddressFamily.IPV4.destination();
        LabProcess echo = lab.server()
                .startJava("datagram-echo", DatagramEcho.class, ECHO_PORT, 1, ipv4, AddressFamily.IPV6.destination());
        echo.awaitUntil("echo ready", START_LIMIT, () -> echo.output().contains("ready"));
        lab.server()
                .startJava("resolver", LabResolver.class, ipv4, RESOLVER_PORT)
                .awaitListening(RESOLVER_PORT, START_LIMIT);
        daemon = Daemon.start(lab, config(plan));
        route();
    }

    static SoakLab start(SoakPlan plan) {
        NetworkLab lab = NetworkLab.open();
        try {
            return new SoakLab(lab, plan);
        } catch (RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    /// UDP flows end soon, so that quiet moments come soon.
    private static DaemonConfig config(SoakPlan plan) {
        DaemonConfig config = DaemonConfig.of(SocksServer.EMBEDDED)
                .withWorkers(2)
                .with("socks5.udp", "udp")
                .with("mapdns.address", MAPDNS.getAddress().getHostAddress())
                .with("mapdns.port", MAPDNS.getPort())
                .with("mapdns.network", MAPPED_NETWORK)
                .with("mapdns.netmask", "255.192.0.0")
                .with("mapdns.cache-size", 10_000)
                .with("misc.udp-read-write-timeout", UDP_IDLE_MILLIS)
                .with("misc.tcp-read-write-timeout", TCP_IDLE_MILLIS);
        return plan.opensAhead()
                ? config
                : config.with("misc.warm-connections", 0).with("misc.warm-associations", 0);
    }

    /// The tunnel.
    Daemon daemon() {
        return daemon;
    }

    /// The SOCKS server of now.
    LabProcess socksServer() {
        return socksServer;
    }

    /// What the destination has to say about bytes that came wrong.
    List<String> wrongAtServer() {
        return streams.output().lines().toList();
    }

    /// How many packets were lost by [Fault#PACKET_LOSS].
    long lostPackets() {
        return lostPackets;
    }

    LabProcess startTraffic(long seconds, double load, long seed) {
        return lab.client().startJava("traffic", SoakTraffic.class, seconds, load, seed);
    }

    /// CPU time of destination, SOCKS servers and tunnel, seconds.
    double cpuSeconds() {
        return cpuSecondsOfTheDead
                + streams.usage().cpuSeconds()
                + socksServer.usage().cpuSeconds()
                + daemon.usage().cpuSeconds();
    }

    /// Breaks something, and makes it whole again.
    InjectedFault inject(Fault fault) throws InterruptedException {
        long start = System.currentTimeMillis();
        begin(fault);
        Thread.sleep(fault.duration());
        end(fault);
        return new InjectedFault(fault, start, System.currentTimeMillis());
    }

    private void begin(Fault fault) {
        switch (fault) {
            case PACKET_LOSS -> lab.losePackets(DaemonConfig.DEVICE, LOSS, NetworkLab.Loss.SILENT);
            case SERVER_KILLED -> {
                cpuSecondsOfTheDead += socksServer.usage().cpuSeconds();
                socksServer.signal("KILL");
            }
            case SERVER_FROZEN -> socksServer.signal("STOP");
            case DEVICE_DOWN -> lab.client().ip("link", "set", DaemonConfig.DEVICE, "down");
            case TUNNEL_FROZEN -> daemon.process().signal("STOP");
        }
    }

    private void end(Fault fault) {
        switch (fault) {
            case PACKET_LOSS -> {
                lostPackets += lab.lostPackets();
                lab.endLoss();
            }
            case SERVER_KILLED -> {
                socksServer.await(START_LIMIT);
                socksServer = startSocksServer();
            }
            case SERVER_FROZEN -> socksServer.signal("CONT");
            case DEVICE_DOWN -> {
                lab.client().ip("link", "set", DaemonConfig.DEVICE, "up");
                // the kernel takes IPv6 addresses away with the interface, and routes of both families
                String address = AddressFamily.IPV6.tunnel() + "/" + AddressFamily.IPV6.hostBits();
                lab.client().ip("addr", "replace", address, "dev", DaemonConfig.DEVICE, "nodad");
                lab.routeThrough(DaemonConfig.DEVICE);
                route();
            }
            case TUNNEL_FROZEN -> daemon.process().signal("CONT");
        }
    }

    private void route() {
        lab.client().ip("route", "replace", MAPDNS.getAddress().getHostAddress(), "dev", DaemonConfig.DEVICE);
        lab.client().ip("route", "replace", MAPPED_NETWORK + "/10", "dev", DaemonConfig.DEVICE);
    }

    private LabProcess startSocksServer() {
        Path hosts = lab.directory().resolve("hosts");
        try {
            Files.writeString(hosts, AddressFamily.IPV4.destination() + " " + NAME + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = new ArrayList<>(RuntimeImage.command());
        command.add(1, "-Djdk.net.hosts.file=" + hosts);
        command.addAll(List.of("socks-server", "--listen", "[::]:" + SocksServer.PORT));
        LabProcess process = lab.server().start("socks", command);
        process.awaitListening(SocksServer.PORT, START_LIMIT);
        return process;
    }

    @Override
    public void close() {
        lab.close();
    }
}
