// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

/// What a SOCKS server is asked to do: the field CMD (RFC 1928 §4).
enum SocksCommand {
    /// A stream to a destination.
    CONNECT(1),
    /// A relay for datagrams, which lives as long as the connection.
    UDP_ASSOCIATE(3),
    /// Datagrams inside the connection itself: hev-socks5-server's own command.
    UDP_IN_TCP(5);

    private final byte code;

    SocksCommand(int code) {
        this.code = (byte) code;
    }

    /// As it stands in the request.
    byte code() {
        return code;
    }

    /// Whether the request names a destination. The others carry datagrams to any, and name the unspecified address
    /// of the server's family.
    boolean hasDestination() {
        return this == CONNECT;
    }
}
