// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.Optional;

/// Begins dials for datagrams, and holds what all of them share. Confined to one shard.
///
/// @param modes by which commands
/// @param receiveBufferBytes `SO_RCVBUF` of the sockets to relays
record UdpDialer(Dialer dialer, UdpModes modes, int receiveBufferBytes, ShardCounters counters) {
    /// A dial that has not begun.
    UdpDial dial(Waker owner, long nowNanos) {
        return new UdpDial(this, owner, nowNanos);
    }

    /// The address to use instead of the one that the server says.
    Optional<String> udpAddress() {
        return dialer.server().udpAddress();
    }

    /// As [UdpAssociation#open].
    UdpAssociation open(UpstreamLink control, WakerSlot owner, InetSocketAddress relay) throws IOException {
        return UdpAssociation.open(control, owner, dialer, counters, relay, receiveBufferBytes);
    }

    /// The largest payload that may be hoped for before a path is open. A relay is assumed to be of the family of
    /// its server, where that is known, and else to be the narrower one; so one that turns out to be narrower than
    /// hoped for drops what it cannot carry.
    int maxPayloadBytes(int headerBytes, long nowNanos) {
        if (modes.first(nowNanos) == SocksCommand.UDP_IN_TCP) {
            return UdpStream.MAX_PAYLOAD_BYTES;
        }
        boolean isNarrow = dialer.literal().isEmpty() || dialer.literal().getFirst() instanceof Inet4Address;
        return (isNarrow ? UdpAssociation.MAX_IPV4_BYTES : UdpAssociation.MAX_IPV6_BYTES) - headerBytes;
    }
}
