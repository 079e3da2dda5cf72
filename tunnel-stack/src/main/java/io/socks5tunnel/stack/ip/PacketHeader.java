// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.stack.wire.Ipv4Header;
import io.socks5tunnel.stack.wire.Ipv6Header;
import java.nio.ByteBuffer;

/// Writes IP headers in front of packets that the stack makes itself. Pure.
final class PacketHeader {
    /// Time to live and hop limit of everything sent (RFC 1700 and every system's default).
    static final int HOP_LIMIT = 64;

    private static final long MAPPED_PREFIX = 0xffff;

    private PacketHeader() {}

    /// Whether an address in the form of flow keys is IPv4.
    static boolean isIpv4(long high, long low) {
        return high == 0 && low >>> 32 == MAPPED_PREFIX;
    }

    /// Starts `into` with an IPv4 header, its checksum included.
    ///
    /// @return where the payload is to be written
    static int writeIpv4(OutboundPacket into, int source, int destination, int protocol, int payloadLength) {
        ByteBuffer bytes = begin(into, Ipv4Header.MIN_LENGTH + payloadLength);
        int at = into.headerOffset();
        Ipv4Header.write(bytes, at, Ipv4Header.MIN_LENGTH + payloadLength, HOP_LIMIT, protocol);
        Ipv4Header.addresses(bytes, at, source, destination);
        Ipv4Header.writeChecksum(bytes, at);
        return at + Ipv4Header.MIN_LENGTH;
    }

    /// Starts `into` with an IPv6 header but for its addresses.
    ///
    /// @return where the payload is to be written
    static int writeIpv6(OutboundPacket into, int nextHeader, int payloadLength) {
        ByteBuffer bytes = begin(into, Ipv6Header.LENGTH + payloadLength);
        Ipv6Header.write(bytes, into.headerOffset(), payloadLength, nextHeader, HOP_LIMIT);
        return into.headerOffset() + Ipv6Header.LENGTH;
    }

    private static ByteBuffer begin(OutboundPacket into, int length) {
        into.reset();
        into.headerLength(length);
        return into.headerSlab().bytes();
    }
}
