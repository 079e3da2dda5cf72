// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.util.Optional;

/// The `socks5` section: the server that carries the flows.
///
/// @param address IPv4 address, IPv6 address or host name; empty in [#NONE]
/// @param port 1 to 65535; 0 in [#NONE]
/// @param udp how datagrams travel; empty means UDP-in-TCP with a fall-back to UDP ASSOCIATE
/// @param udpAddress replaces the address, not the port, of the UDP ASSOCIATE reply
/// @param pipeline send greeting, credentials and request without waiting for the answers between them
/// @param credentials user name and password, or neither
/// @param mark `SO_MARK` on every upstream socket, 0 for none
/// @param tcpFastOpen `TCP_FASTOPEN_CONNECT` on upstream sockets
public record Socks5Settings(
        String address,
        int port,
        Optional<Udp> udp,
        Optional<String> udpAddress,
        boolean pipeline,
        Optional<Credentials> credentials,
        int mark,
        boolean tcpFastOpen) {

    /// No server at all: every flow is refused.
    public static final Socks5Settings NONE = of("", 0);

    /// Whether there is no server, so that every flow is to be refused.
    public boolean isNone() {
        return address.isEmpty();
    }

    /// A server without credentials, everything else as by default.
    public static Socks5Settings of(String address, int port) {
        return new Socks5Settings(address, port, Optional.empty(), Optional.empty(), false, Optional.empty(), 0, false);
    }

    /// `socks5.udp`.
    public enum Udp {
        /// RFC 1928 UDP ASSOCIATE.
        UDP,
        /// hev's UDP-in-TCP, command 05.
        TCP
    }

    /// User name and password of RFC 1929, 1 to 255 bytes each in UTF-8. Never printed.
    public record Credentials(String username, String password) {
        @Override
        public String toString() {
            return "Credentials[masked]";
        }
    }
}
