// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.IpProtocol;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Changes addresses in IP headers, in place. Checksums change by as much as the addresses do (RFC 1624), so that
/// wrong ones stay wrong.
final class AddressField {
    private static final int IPV4_HEADER_BYTES = 20;
    private static final int IPV6_HEADER_BYTES = 40;
    private static final int IPV4_CHECKSUM = 10;

    private AddressField() {}

    /// Whether the packet is long enough to have addresses.
    static boolean isIn(byte[] packet) {
        return IpHeaders.isIpv4(packet)
                ? packet.length >= IPV4_HEADER_BYTES
                : packet.length >= IPV6_HEADER_BYTES && packet[0] >> 4 == 6;
    }

    /// Where the source address begins.
    static int sourceAt(byte[] packet) {
        return IpHeaders.isIpv4(packet) ? 12 : 8;
    }

    /// Where the destination address begins.
    static int destinationAt(byte[] packet) {
        return IpHeaders.isIpv4(packet) ? 16 : 24;
    }

    /// The address that begins there.
    static byte[] get(byte[] packet, int at) {
        return Arrays.copyOfRange(packet, at, at + (IpHeaders.isIpv4(packet) ? 4 : 16));
    }

    /// Replaces the address that begins there.
    ///
    /// @param address of the packet's family
    static void put(byte[] packet, int at, byte[] address) {
        ByteBuffer words = ByteBuffer.wrap(address);
        for (int i = 0; i < address.length; i += Short.BYTES) {
            putWord(packet, at + i, words.getShort(i));
        }
    }

    /// Replaces 16 bits of an address.
    static void putWord(byte[] packet, int at, int word) {
        ByteBuffer out = ByteBuffer.wrap(packet);
        int before = Short.toUnsignedInt(out.getShort(at));
        int after = word & 0xffff;
        out.putShort(at, (short) word);
        if (!IpHeaders.isIpv4(packet)) {
            adjustTransport(packet, IpHeaders.transportProtocol(packet), before, after);
            return;
        }
        adjust(out, IPV4_CHECKSUM, before, after);
        boolean isFirstPart = (out.getShort(6) & 0x1fff) == 0;
        if (isFirstPart) {
            adjustTransport(packet, Byte.toUnsignedInt(packet[9]), before, after);
        }
    }

    private static void adjustTransport(byte[] bytes, int protocol, int before, int after) {
        int transport = IpHeaders.transportOffset(bytes);
        int field = switch (protocol) {
            case IpProtocol.TCP -> transport + 16;
            case IpProtocol.UDP -> transport + 6;
            case IpProtocol.ICMPV6 -> transport + 2;
            default -> bytes.length;
        };
        ByteBuffer packet = ByteBuffer.wrap(bytes);
        boolean isThere = field + 2 <= bytes.length;
        if (isThere && !(protocol == IpProtocol.UDP && packet.getShort(field) == 0)) {
            adjust(packet, field, before, after);
        }
    }

    /// RFC 1624 §3.
    private static void adjust(ByteBuffer packet, int field, int before, int after) {
        int sum = (~packet.getShort(field) & 0xffff) + (~before & 0xffff) + after;
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        packet.putShort(field, (short) ~sum);
    }
}
