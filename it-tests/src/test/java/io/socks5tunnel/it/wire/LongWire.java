// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.wire;

import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.NetworkLab;
import io.socks5tunnel.it.lab.NetworkNamespace;
import java.nio.file.Path;
import java.time.Duration;

/// A second way from the client's namespace of a lab to the server's, as long as wanted: a [Wire] between two
/// devices, on which every packet takes its time, those that open a connection too.
public final class LongWire implements AutoCloseable {
    /// The server's end, which listeners on all addresses have too.
    public static final String SERVER_ADDRESS = "198.18.5.2";

    private static final String TUNNEL_SIDE = "wire1";
    private static final String SERVER_SIDE = "wire2";
    private static final String TUNNEL_ADDRESS = "198.18.5.1";
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final NetworkNamespace client;
    private final WireControl control;

    private LongWire(NetworkNamespace client, WireControl control) {
        this.client = client;
        this.control = control;
    }

    /// Joins the two namespaces. The wire's process ends with the lab.
    ///
    /// @param oneWayNanos what a packet takes
    public static LongWire join(NetworkLab lab, long oneWayNanos) {
        NetworkNamespace client = lab.client();
        NetworkNamespace server = lab.server();
        Path socket = lab.directory().resolve("wire.socket");
        LabProcess process = client.startJava("wire", Wire.class, TUNNEL_SIDE, SERVER_SIDE, socket);
        process.awaitUntil("wire ready", START_LIMIT, () -> process.output().contains("ready"));
        client.ip("link", "set", SERVER_SIDE, "netns", server.name());
        client.ip("addr", "add", TUNNEL_ADDRESS + "/30", "dev", TUNNEL_SIDE);
        server.ip("addr", "add", SERVER_ADDRESS + "/30", "dev", SERVER_SIDE);
        client.ip("link", "set", TUNNEL_SIDE, "up");
        server.ip("link", "set", SERVER_SIDE, "up");
        WireControl control = WireControl.connect(socket);
        control.become(WireSettings.CLEAN.delaying(oneWayNanos), 1);
        return new LongWire(client, control);
    }

    /// Makes this the client's way to an IPv4 address of the server's namespace.
    public void leadTo(String address) {
        client.ip("route", "add", address + "/32", "via", SERVER_ADDRESS);
    }

    @Override
    public void close() {
        control.close();
    }
}
