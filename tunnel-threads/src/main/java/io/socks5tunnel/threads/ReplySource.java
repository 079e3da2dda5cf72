// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.threads.dns.DnsHeader;
import io.socks5tunnel.threads.dns.DnsRedirect;
import io.socks5tunnel.threads.dns.PeerSources;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Finds out which source a reply of the SOCKS server must show, so that the client knows it for an answer: what
/// the server says, unless the client has sent to another address than the server was told. Confined to one shard.
final class ReplySource {
    private final DnsRedirect redirect;
    private long high;
    private long low;
    private int port;

    ReplySource(DnsRedirect redirect) {
        this.redirect = redirect;
    }

    /// Reads the source of a reply whose address begins at `at`.
    ///
    /// @param addressBytes of ATYP, address and port
    /// @param end behind the payload, which follows the address
    /// @return false if no address can be shown
    boolean read(@Nullable PeerSources peers, ByteBuffer bytes, int at, int addressBytes, int end) {
        port = SocksDatagram.port(bytes, at, addressBytes);
        if (SocksDatagram.isName(bytes, at)) {
            return peers != null && peers.replied(SocksDatagram.name(bytes, at), port) && take(peers);
        }
        high = SocksDatagram.high(bytes, at);
        low = SocksDatagram.low(bytes, at);
        if (peers == null) {
            return true;
        }
        if (isResolver() && end - at - addressBytes >= DnsHeader.BYTES) {
            int id = DnsHeader.id(bytes, at + addressBytes);
            if (peers.answered(id)) {
                return take(peers);
            }
        }
        peers.replied(high, low, port);
        return take(peers);
    }

    long high() {
        return high;
    }

    long low() {
        return low;
    }

    int port() {
        return port;
    }

    private boolean isResolver() {
        return redirect.isOn()
                && low == redirect.resolverLow()
                && high == redirect.resolverHigh()
                && port == redirect.resolver().getPort();
    }

    private boolean take(PeerSources peers) {
        high = peers.high();
        low = peers.low();
        port = peers.port();
        return true;
    }
}
