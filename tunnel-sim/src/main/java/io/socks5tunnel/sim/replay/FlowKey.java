// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import java.net.InetSocketAddress;

/// Which flow of a capture.
///
/// @param protocol IANA's number, see [io.socks5tunnel.sim.IpProtocol]
/// @param client who began it; port 0 where the protocol has none
/// @param server the other end
public record FlowKey(int protocol, InetSocketAddress client, InetSocketAddress server) {
    /// The same flow seen from the server.
    public FlowKey reversed() {
        return new FlowKey(protocol, server, client);
    }

    /// The flow in one word, such as `10.0.0.1:4000>10.9.0.1:80`.
    public String text() {
        return text(client) + ">" + text(server);
    }

    static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        String bracketed = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return address.getPort() == 0 ? bracketed : bracketed + ":" + address.getPort();
    }
}
