// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

import java.nio.ByteBuffer;

/// What no fuzzer guesses.
final class RawPackets {
    private static final int IPV4_HEADER_BYTES = 20;
    private static final int IPV6_HEADER_BYTES = 40;

    private RawPackets() {}

    /// Makes length fields and the IPv4 header checksum say what is true, where there is a header at all.
    static void putRight(byte[] packet) {
        if (packet.length >= IPV4_HEADER_BYTES && packet[0] >> 4 == 4) {
            ByteBuffer bytes = ByteBuffer.wrap(packet);
            bytes.putShort(2, (short) packet.length);
            putHeaderChecksum(bytes, 0);
        } else if (packet.length >= IPV6_HEADER_BYTES && packet[0] >> 4 == 6) {
            ByteBuffer.wrap(packet).putShort(4, (short) (packet.length - IPV6_HEADER_BYTES));
        }
    }

    /// Fills the checksum of an IPv4 header in, if all of the header is there.
    static void putHeaderChecksum(ByteBuffer bytes, int at) {
        int headerBytes = (bytes.get(at) & 0xf) * 4;
        if (headerBytes < IPV4_HEADER_BYTES || at + headerBytes > bytes.capacity()) {
            return;
        }
        bytes.putShort(at + 10, (short) 0);
        bytes.putShort(at + 10, (short) ~sum(bytes, at, headerBytes, 0));
    }

    /// The one's complement sum of a range, added to `start`.
    static int sum(ByteBuffer bytes, int at, int length, int start) {
        long sum = start;
        for (int i = 0; i + 1 < length; i += 2) {
            sum += Short.toUnsignedInt(bytes.getShort(at + i));
        }
        if ((length & 1) != 0) {
            sum += Byte.toUnsignedInt(bytes.get(at + length - 1)) << 8;
        }
        while (sum >> 16 != 0) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (int) sum;
    }
}
