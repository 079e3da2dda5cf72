// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.demo;

import io.socks5tunnel.sim.EmbeddedSocksServer;
import io.socks5tunnel.sim.SocksServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;

/// What lies behind the tunnel: a SOCKS5 server and a web server, on free ports of the loopback address.
///
/// The client asks for an address that only the tunnel's route leads to; the SOCKS5 server stands for the network
/// that would know it, and connects to the web server instead. So nothing leaves the machine, and no connection of
/// the SOCKS5 server can come back into the tunnel.
final class FarSide implements AutoCloseable {
    /// Where clients find the web server.
    static final int WEB_PORT = 80;

    private final WebServer web;
    private final EmbeddedSocksServer socks;
    /// Bound and not listening: connecting to its port is refused, whatever runs on this machine.
    private final SocketChannel closedPort;

    private FarSide(WebServer web, EmbeddedSocksServer socks, SocketChannel closedPort) {
        this.web = web;
        this.socks = socks;
        this.closedPort = closedPort;
    }

    static FarSide start(EndlessContent content) throws IOException {
        WebServer web = WebServer.start(content);
        SocketChannel closedPort = SocketChannel.open();
        try {
            closedPort.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            InetSocketAddress open = web.address();
            InetSocketAddress closed = (InetSocketAddress) closedPort.getLocalAddress();
            EmbeddedSocksServer socks = EmbeddedSocksServer.start(SocksServerOptions.onLoopback()
                    .withTranslation(asked -> asked.getPort() == WEB_PORT ? open : closed));
            return new FarSide(web, socks, closedPort);
        } catch (IOException e) {
            closedPort.close();
            web.close();
            throw e;
        }
    }

    InetSocketAddress socksAddress() {
        return socks.address();
    }

    InetSocketAddress webAddress() throws IOException {
        return web.address();
    }

    @Override
    public void close() throws IOException {
        socks.close();
        web.close();
        closedPort.close();
    }
}
