// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// A UDP datagram that can be cut anywhere.
final class FragmentedUdp {
    static final int FIRST_PORT = 5000;
    static final int DESTINATION_PORT = 6000;

    private static final int UDP = 17;
    private static final int UDP_HEADER_BYTES = 8;
    private static final int MORE = 1;

    private final boolean isIpv6;
    private final int id;
    private final byte[] udp;

    /// @param lengthBytes with the UDP header
    FragmentedUdp(boolean isIpv6, int id, int lengthBytes) {
        this.isIpv6 = isIpv6;
        this.id = id;
        udp = new byte[lengthBytes];
        for (int i = UDP_HEADER_BYTES; i < lengthBytes; i++) {
            udp[i] = (byte) (i * 7 + (i >> 8) + id);
        }
        ByteBuffer bytes = ByteBuffer.wrap(udp);
        bytes.putShort(0, (short) (FIRST_PORT + id)).putShort(2, (short) DESTINATION_PORT);
        bytes.putShort(4, (short) lengthBytes);
        ByteBuffer header = header(0, 0, false);
        int addresses = isIpv6 ? RawPackets.sum(header, 8, 32, 0) : RawPackets.sum(header, 12, 8, 0);
        int sum = RawPackets.sum(bytes, 0, lengthBytes, addresses + UDP + lengthBytes);
        bytes.putShort(6, (short) (sum == 0xffff ? 0xffff : ~sum));
    }

    int length() {
        return udp.length;
    }

    /// The packet that carries the bytes from `from` to `to`.
    byte[] piece(int from, int to, boolean more) {
        return join(from, more, Arrays.copyOfRange(udp, from, to));
    }

    /// A packet that carries anything.
    ///
    /// @param offsetField offset in units of 8 bytes, and in the highest bit whether more follows
    byte[] wild(int offsetField, byte[] content) {
        return join((offsetField & 0x1fff) * 8, (offsetField & 0x8000) != 0, content);
    }

    boolean isPayload(ByteBuffer bytes, int at, int length) {
        ByteBuffer sent = ByteBuffer.wrap(udp).slice(UDP_HEADER_BYTES, udp.length - UDP_HEADER_BYTES);
        return bytes.slice(at, length).mismatch(sent) < 0;
    }

    private byte[] join(int from, boolean more, byte[] content) {
        ByteBuffer header = header(from, content.length, more);
        byte[] packet = new byte[header.capacity() + content.length];
        header.get(0, packet, 0, header.capacity());
        System.arraycopy(content, 0, packet, header.capacity(), content.length);
        return packet;
    }

    private ByteBuffer header(int from, int contentBytes, boolean more) {
        if (isIpv6) {
            ByteBuffer header = ByteBuffer.allocate(48);
            header.putInt(0, 0x6000_0000).putShort(4, (short) (8 + contentBytes));
            header.put(6, (byte) 44).put(7, (byte) 64);
            header.putLong(8, 0xfc00_0000_0000_0000L).putLong(16, 2);
            header.putLong(24, 0xfc00_0000_0000_0000L).putLong(32, 1);
            header.put(40, (byte) UDP)
                    .putShort(42, (short) (from | (more ? MORE : 0)))
                    .putInt(44, id);
            return header;
        }
        ByteBuffer header = ByteBuffer.allocate(20);
        header.putShort(0, (short) 0x4500).putShort(2, (short) (20 + contentBytes));
        header.putShort(4, (short) id).putShort(6, (short) (from / 8 | (more ? 0x2000 : 0)));
        header.put(8, (byte) 64).put(9, (byte) UDP);
        header.putInt(12, 0xc612_0002).putInt(16, 0xc612_0001);
        RawPackets.putHeaderChecksum(header, 0);
        return header;
    }
}
