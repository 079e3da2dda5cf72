// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.IpProtocol;
import java.nio.ByteBuffer;

/// Gives the packets of a loopback capture addresses that a TUN device may carry: 127.a.b.c becomes 198.18.b.c for
/// the side with the higher port and 198.19.b.c for the other (RFC 2544's network), and ::1 becomes fc00::1 and
/// fc01::1: no device carries packets from an address to itself. Checksums change by as much as the addresses do,
/// so that wrong ones stay wrong.
final class LoopbackMove {
    private static final int IPV4_HEADER_BYTES = 20;
    private static final int IPV6_HEADER_BYTES = 40;
    private static final int LOOPBACK = 127;
    private static final int MOVED_NETWORK = 198 << 8 | 18;
    private static final int MOVED_PREFIX = 0xfc00;
    private static final int TO_LOWER_PORT = 1;
    private static final int TO_LOWER_PREFIX = 0x100;

    private LoopbackMove() {}

    /// Moves both addresses, in place.
    ///
    /// @return whether any was a loopback address
    static boolean move(byte[] packet) {
        if (IpHeaders.isIpv4(packet) && packet.length >= IPV4_HEADER_BYTES) {
            int higher = higherPort(packet, Byte.toUnsignedInt(packet[9]));
            boolean isSourceMoved = moveIpv4(packet, 12, MOVED_NETWORK + (higher > 0 ? 0 : TO_LOWER_PORT));
            return moveIpv4(packet, 16, MOVED_NETWORK + (higher > 0 ? TO_LOWER_PORT : 0)) || isSourceMoved;
        }
        if (packet.length >= IPV6_HEADER_BYTES && packet[0] >> 4 == 6) {
            int higher = higherPort(packet, Byte.toUnsignedInt(packet[6]));
            boolean isSourceMoved = moveIpv6(packet, 8, MOVED_PREFIX + (higher > 0 ? 0 : TO_LOWER_PREFIX));
            return moveIpv6(packet, 24, MOVED_PREFIX + (higher > 0 ? TO_LOWER_PREFIX : 0)) || isSourceMoved;
        }
        return false;
    }

    /// Above 0 if the source has the higher port, or there are no ports.
    private static int higherPort(byte[] packet, int protocol) {
        int transport = IpHeaders.transportOffset(packet);
        boolean hasPorts = protocol == IpProtocol.TCP || protocol == IpProtocol.UDP;
        if (!hasPorts || packet.length < transport + 4) {
            return 1;
        }
        ByteBuffer in = ByteBuffer.wrap(packet);
        return Short.toUnsignedInt(in.getShort(transport)) - Short.toUnsignedInt(in.getShort(transport + 2));
    }

    private static boolean moveIpv4(byte[] packet, int at, int network) {
        if (packet[at] != LOOPBACK) {
            return false;
        }
        AddressField.putWord(packet, at, network);
        return true;
    }

    private static boolean moveIpv6(byte[] packet, int at, int prefix) {
        ByteBuffer out = ByteBuffer.wrap(packet);
        if (out.getLong(at) != 0 || out.getLong(at + 8) != 1) {
            return false;
        }
        AddressField.putWord(packet, at, prefix);
        return true;
    }
}
