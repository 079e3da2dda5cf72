// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.script;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/// The addresses of packet scripts, in either family.
enum ScriptFamily {
    IPV4("198.18.50.1", "198.18.50.2"),
    IPV6("fd00:18:50::1", "fd00:18:50::2");

    private final InetAddress server;
    private final InetAddress client;

    ScriptFamily(String server, String client) {
        this.server = InetAddress.ofLiteral(server);
        this.client = InetAddress.ofLiteral(client);
    }

    InetSocketAddress server(int port) {
        return new InetSocketAddress(server, port);
    }

    InetSocketAddress client(int port) {
        return new InetSocketAddress(client, port);
    }
}
