// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.Socks5Settings;
import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.UpstreamOptions;
import java.net.InetAddress;
import java.util.List;

/// Begins dials through the SOCKS server, and holds what all dials of a shard share. Confined to one shard.
final class Dialer {
    private final Socks5Settings server;
    private final Reactor reactor;
    private final UpstreamOptions options;
    private final OwnConnections connecting;
    private final Slab scratch;
    private final GatherList ranges = new GatherList();
    private final List<InetAddress> literal;

    /// @param connecting where connections are noted while they are made
    /// @param scratch for the messages of handshakes, never kept between calls
    Dialer(Socks5Settings server, Reactor reactor, OwnConnections connecting, Slab scratch) {
        this.server = server;
        this.reactor = reactor;
        this.connecting = connecting;
        this.scratch = scratch;
        options = new UpstreamOptions(server.mark(), server.tcpFastOpen());
        literal = literalAddress(server.address());
    }

    /// A dial for a stream that has not begun.
    UpstreamDial dial(SocksTarget target, Waker owner) {
        return new UpstreamDial(this, SocksCommand.CONNECT, target, owner);
    }

    /// A dial for a stream whose destination is not known yet; it has not begun.
    UpstreamDial dialAhead(Waker owner) {
        return new UpstreamDial(this, SocksCommand.CONNECT, null, owner);
    }

    /// A dial for datagrams that has not begun.
    UpstreamDial dialForDatagrams(SocksCommand command, Waker owner) {
        return new UpstreamDial(this, command, SocksTarget.unspecified(SocksTarget.ANY_IPV4), owner);
    }

    Socks5Settings server() {
        return server;
    }

    Reactor reactor() {
        return reactor;
    }

    UpstreamOptions options() {
        return options;
    }

    OwnConnections connecting() {
        return connecting;
    }

    Slab scratch() {
        return scratch;
    }

    /// The empty list of ranges for the next read or write.
    GatherList clearedRanges() {
        ranges.clear();
        return ranges;
    }

    /// The server's address if it was configured as one, empty if it must be looked up.
    List<InetAddress> literal() {
        return literal;
    }

    private static List<InetAddress> literalAddress(String address) {
        try {
            return List.of(InetAddress.ofLiteral(address));
        } catch (IllegalArgumentException _) {
            return List.of();
        }
    }
}
