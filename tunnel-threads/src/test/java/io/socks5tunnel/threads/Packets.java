// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import java.nio.ByteBuffer;

/// The smallest IPv4 packets that a stack takes, their TCP checksum left to the device, datagrams without one.
final class Packets {
    private static final int SYN = 2;
    private static final int ACK = 16;
    private static final int TCP = 6;
    private static final int UDP = 17;

    private Packets() {}

    static byte[] ipv4Syn(int from, int fromPort, int to, int toPort) {
        return ipv4(from, fromPort, to, toPort, SYN, 1000, 0);
    }

    static byte[] ipv4Ack(int from, int fromPort, int to, int toPort) {
        return ipv4(from, fromPort, to, toPort, ACK, 1001, 1);
    }

    static byte[] ipv4(int from, int fromPort, int to, int toPort, int flags, int seq, int ack, byte... payload) {
        byte[] bytes = new byte[20 + 20 + payload.length];
        ByteBuffer packet = headed(bytes, TCP, from, to);
        packet.putShort((short) fromPort).putShort((short) toPort).putInt(seq).putInt(ack);
        packet.put((byte) 0x50).put((byte) flags).putShort((short) 0xffff).putInt(0);
        packet.put(payload);
        return bytes;
    }

    static byte[] ipv4Udp(int from, int fromPort, int to, int toPort, byte... payload) {
        byte[] bytes = new byte[20 + 8 + payload.length];
        ByteBuffer packet = headed(bytes, UDP, from, to);
        packet.putShort((short) fromPort).putShort((short) toPort);
        packet.putShort((short) (8 + payload.length)).putShort((short) 0).put(payload);
        return bytes;
    }

    private static ByteBuffer headed(byte[] bytes, int protocol, int from, int to) {
        ByteBuffer packet = ByteBuffer.wrap(bytes);
        packet.put((byte) 0x45).put((byte) 0).putShort((short) packet.capacity());
        packet.putInt(0).put((byte) 64).put((byte) protocol).putShort((short) 0);
        packet.putInt(from).putInt(to);
        return packet.putShort(10, headerChecksum(packet));
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
