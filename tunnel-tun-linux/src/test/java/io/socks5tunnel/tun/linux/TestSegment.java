// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.Slab;
import java.nio.ByteBuffer;

/// Answers IPv4 TCP segments, just well enough for a kernel to talk to a test.
final class TestSegment {
    static final int SYN = 2;
    static final int ACK = 16;
    static final int HEADERS_LENGTH = 40;

    private static final int TCP = 6;
    private static final int WINDOW = 65_535;

    private TestSegment() {}

    static boolean isTcp(InboundPacket packet) {
        return packet.bytes().get(packet.offset()) >> 4 == 4 && packet.bytes().get(packet.offset() + 9) == TCP;
    }

    static int flags(InboundPacket packet) {
        return packet.bytes().get(packet.offset() + 33);
    }

    static int seq(InboundPacket packet) {
        return packet.bytes().getInt(packet.offset() + 24);
    }

    static int payloadLength(InboundPacket packet) {
        return packet.length() - 20 - dataOffset(packet);
    }

    static int payloadOffset(InboundPacket packet) {
        return packet.offset() + 20 + dataOffset(packet);
    }

    private static int dataOffset(InboundPacket packet) {
        return (packet.bytes().get(packet.offset() + 32) >> 4 & 0xf) * 4;
    }

    /// A segment from where `received` was sent to, with complete checksums and no payload.
    static OutboundPacket answer(InboundPacket received, int flags, int seq, int ack) {
        OutboundPacket packet = headers(received, flags, seq, ack, 0);
        ByteBuffer bytes = packet.headerSlab().bytes();
        int tcp = packet.headerOffset() + 20;
        bytes.putShort(tcp + 16, (short) ~folded(pseudoSum(bytes, packet.headerOffset(), 20) + sum(bytes, tcp, 20)));
        return packet;
    }

    /// A super-segment with `payload` behind the headers in two ranges of a slab of its own, and a partial
    /// checksum.
    static OutboundPacket superSegment(InboundPacket received, int seq, int ack, byte[] payload, int gsoSizeBytes) {
        OutboundPacket packet = headers(received, ACK, seq, ack, payload.length);
        ByteBuffer bytes = packet.headerSlab().bytes();
        int tcp = packet.headerOffset() + 20;
        bytes.putShort(tcp + 16, (short) folded(pseudoSum(bytes, packet.headerOffset(), 20 + payload.length)));
        Slab slab = new Slab();
        slab.bytes().put(0, payload);
        int half = payload.length / 2;
        packet.payload().add(slab, 0, half);
        Slab second = new Slab();
        second.bytes().put(100, payload, half, payload.length - half);
        packet.payload().add(second, 100, payload.length - half);
        packet.partialChecksum(20, 16);
        packet.superSegment(GsoType.TCP_V4, gsoSizeBytes);
        return packet;
    }

    private static OutboundPacket headers(InboundPacket received, int flags, int seq, int ack, int payloadLength) {
        OutboundPacket packet = new OutboundPacket(new Slab());
        ByteBuffer bytes = packet.headerSlab().bytes();
        ByteBuffer from = received.bytes();
        int ip = packet.headerOffset();
        bytes.put(ip, (byte) 0x45);
        bytes.put(ip + 1, (byte) 0);
        bytes.putShort(ip + 2, (short) (HEADERS_LENGTH + payloadLength));
        bytes.putInt(ip + 4, 0);
        bytes.put(ip + 8, (byte) 64);
        bytes.put(ip + 9, (byte) TCP);
        bytes.putShort(ip + 10, (short) 0);
        bytes.putInt(ip + 12, from.getInt(received.offset() + 16));
        bytes.putInt(ip + 16, from.getInt(received.offset() + 12));
        bytes.putShort(ip + 10, (short) ~folded(sum(bytes, ip, 20)));
        int tcp = ip + 20;
        bytes.putShort(tcp, from.getShort(received.offset() + 22));
        bytes.putShort(tcp + 2, from.getShort(received.offset() + 20));
        bytes.putInt(tcp + 4, seq);
        bytes.putInt(tcp + 8, ack);
        bytes.put(tcp + 12, (byte) 0x50);
        bytes.put(tcp + 13, (byte) flags);
        bytes.putShort(tcp + 14, (short) WINDOW);
        bytes.putInt(tcp + 16, 0);
        packet.reset();
        packet.headerLength(HEADERS_LENGTH);
        return packet;
    }

    private static int pseudoSum(ByteBuffer bytes, int ip, int tcpLength) {
        return sum(bytes, ip + 12, 8) + TCP + tcpLength;
    }

    private static int sum(ByteBuffer bytes, int at, int length) {
        int sum = 0;
        for (int i = 0; i < length; i += 2) {
            sum += bytes.getShort(at + i) & 0xffff;
        }
        return sum;
    }

    private static int folded(int sum) {
        int once = (sum & 0xffff) + (sum >>> 16);
        return (once & 0xffff) + (once >>> 16);
    }
}
