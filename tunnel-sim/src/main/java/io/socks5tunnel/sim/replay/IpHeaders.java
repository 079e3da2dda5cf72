// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.IpProtocol;
import io.socks5tunnel.sim.NaiveChecksum;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Reads and mends what the replay needs of IP headers, in place. Everything here takes packets as they come, sound
/// or not.
final class IpHeaders {
    private static final int IPV4_HEADER_BYTES = 20;
    private static final int IPV6_HEADER_BYTES = 40;
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int DESTINATION_OPTIONS = 60;

    private IpHeaders() {}

    static boolean isIpv4(byte[] packet) {
        return packet.length > 0 && packet[0] >> 4 == 4;
    }

    /// Where the transport header begins: behind the IPv4 options, or behind the IPv6 extension headers.
    static int transportOffset(byte[] packet) {
        if (packet.length == 0) {
            return 0;
        }
        if (isIpv4(packet)) {
            return Math.max(IPV4_HEADER_BYTES, (packet[0] & 0xf) * 4);
        }
        int at = IPV6_HEADER_BYTES;
        int next = packet.length < IPV6_HEADER_BYTES ? IpProtocol.TCP : Byte.toUnsignedInt(packet[6]);
        while (isExtension(next) && at + 8 <= packet.length) {
            int length = next == IpProtocol.IPV6_FRAGMENT ? 8 : 8 + 8 * Byte.toUnsignedInt(packet[at + 1]);
            next = Byte.toUnsignedInt(packet[at]);
            at += length;
        }
        return at;
    }

    /// The protocol behind the IPv6 extension headers; [IpProtocol#IPV6_FRAGMENT] in a fragment that is not the
    /// first.
    static int transportProtocol(byte[] packet) {
        int at = IPV6_HEADER_BYTES;
        int next = Byte.toUnsignedInt(packet[6]);
        while (isExtension(next) && at + 8 <= packet.length) {
            boolean isFragment = next == IpProtocol.IPV6_FRAGMENT;
            boolean isLater = (ByteBuffer.wrap(packet).getShort(at + 2) & 0xfff8) != 0;
            if (isFragment && isLater) {
                return next;
            }
            int length = isFragment ? 8 : 8 + 8 * Byte.toUnsignedInt(packet[at + 1]);
            next = Byte.toUnsignedInt(packet[at]);
            at += length;
        }
        return next;
    }

    /// Writes the length into the IP header and computes its checksum.
    static void setLength(byte[] packet) {
        ByteBuffer out = ByteBuffer.wrap(packet);
        if (isIpv4(packet)) {
            int headerLength = transportOffset(packet);
            out.putShort(2, (short) packet.length).putShort(10, (short) 0);
            out.putShort(
                    10, (short) new NaiveChecksum().add(packet, 0, headerLength).checksum());
        } else {
            out.putShort(4, (short) (packet.length - IPV6_HEADER_BYTES));
        }
    }

    /// Computes the checksum of a transport header.
    ///
    /// @param fieldAt where it is stored, bytes from the IP header
    static void setTransportChecksum(byte[] packet, int transportOffset, int fieldAt, int protocol) {
        ByteBuffer.wrap(packet).putShort(fieldAt, (short) 0);
        int length = packet.length - transportOffset;
        NaiveChecksum sum = protocol == IpProtocol.ICMP ? new NaiveChecksum() : pseudoHeader(packet, protocol, length);
        int checksum = sum.add(packet, transportOffset, length).checksum();
        boolean isZeroReserved = protocol == IpProtocol.UDP;
        ByteBuffer.wrap(packet).putShort(fieldAt, (short) (checksum == 0 && isZeroReserved ? 0xffff : checksum));
    }

    private static NaiveChecksum pseudoHeader(byte[] packet, int protocol, int length) {
        int at = isIpv4(packet) ? 12 : 8;
        int size = isIpv4(packet) ? 4 : 16;
        byte[] source = Arrays.copyOfRange(packet, at, at + size);
        byte[] destination = Arrays.copyOfRange(packet, at + size, at + 2 * size);
        return NaiveChecksum.pseudoHeader(source, destination, protocol, length);
    }

    private static boolean isExtension(int protocol) {
        return protocol == HOP_BY_HOP
                || protocol == ROUTING
                || protocol == DESTINATION_OPTIONS
                || protocol == IpProtocol.IPV6_FRAGMENT;
    }
}
