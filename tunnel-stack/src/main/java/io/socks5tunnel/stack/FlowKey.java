// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/// Names a TCP flow: client address and port, destination address and port. Addresses are 128 bits in two halves,
/// IPv4 in its mapped form `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2); packets that really carry mapped addresses are
/// refused before a key is made, so the two families cannot meet.
///
/// @param clientPort 0 to 65535
/// @param destinationPort 0 to 65535
public record FlowKey(
        long clientHigh,
        long clientLow,
        int clientPort,
        long destinationHigh,
        long destinationLow,
        int destinationPort) {
    private static final long MAPPED_PREFIX = 0xffff_0000_0000L;

    /// The low half of the mapped form of an IPv4 address; the high half is 0.
    public static long mappedIpv4(int address) {
        return MAPPED_PREFIX | Integer.toUnsignedLong(address);
    }

    /// Whether both addresses are IPv4.
    public boolean isIpv4() {
        return destinationHigh == 0 && destinationLow >>> 32 == 0xffff;
    }

    /// The client, for people and sockets.
    public InetSocketAddress client() {
        return new InetSocketAddress(address(clientHigh, clientLow), clientPort);
    }

    /// Where the client wants to go, for people and sockets.
    public InetSocketAddress destination() {
        return new InetSocketAddress(address(destinationHigh, destinationLow), destinationPort);
    }

    @Override
    public String toString() {
        return text(client()) + " -> " + text(destination());
    }

    private InetAddress address(long high, long low) {
        byte[] raw = isIpv4()
                ? ByteBuffer.allocate(4).putInt((int) low).array()
                : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
        try {
            return InetAddress.getByAddress(raw);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are always an address", e);
        }
    }

    private static String text(InetSocketAddress address) {
        return "[" + address.getAddress().getHostAddress() + "]:" + address.getPort();
    }
}
