// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import java.nio.ByteBuffer;

/// The smallest TCP/IPv4 packets that a stack takes, their TCP checksum left to the device.
final class Packets {
    private static final int SYN = 2;
    private static final int ACK = 16;

    private Packets() {}

    static byte[] ipv4Syn(int from, int fromPort, int to, int toPort) {
        return ipv4(from, fromPort, to, toPort, SYN, 1000, 0);
    }

    static byte[] ipv4Ack(int from, int fromPort, int to, int toPort) {
        return ipv4(from, fromPort, to, toPort, ACK, 1001, 1);
    }

    static byte[] ipv4(int from, int fromPort, int to, int toPort, int flags, int seq, int ack, byte... payload) {
        ByteBuffer packet = ByteBuffer.allocate(40 + payload.length);
        packet.put((byte) 0x45).put((byte) 0).putShort((short) packet.capacity());
        packet.putInt(0).put((byte) 64).put((byte) 6).putShort((short) 0);
        packet.putInt(from).putInt(to);
        packet.putShort(10, headerChecksum(packet));
        packet.putShort((short) fromPort).putShort((short) toPort).putInt(seq).putInt(ack);
        packet.put((byte) 0x50).put((byte) flags).putShort((short) 0xffff).putInt(0);
        packet.put(payload);
        return packet.array();
    }

    static int flags(byte[] packet) {
        return packet[33];
    }

    private static short headerChecksum(ByteBuffer packet) {
        int sum = 0;
        for (int at = 0; at < 20; at += 2) {
            sum += Short.toUnsignedInt(packet.getShort(at));
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return (short) ~((sum & 0xffff) + (sum >>> 16));
    }
}
