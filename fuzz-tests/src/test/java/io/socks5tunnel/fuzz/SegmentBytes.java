// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

import java.nio.ByteBuffer;

/// Writes the packets of one client: TCP segments with any numbers, and ICMP messages about the server's. The
/// transport checksum is left out, as of a device that has verified it.
final class SegmentBytes {
    private static final int CLIENT_PORT = 40_000;
    private static final int SERVER_PORT = 443;
    private static final int TCP = 6;
    private static final int TCP_HEADER_BYTES = 20;
    private static final int MOST_OPTION_BYTES = 40;
    private static final int NOP = 1;

    private final boolean isIpv6;
    private final int ipHeaderBytes;
    private final ByteBuffer options = ByteBuffer.allocate(256);

    SegmentBytes(boolean isIpv6) {
        this.isIpv6 = isIpv6;
        ipHeaderBytes = isIpv6 ? 40 : 20;
    }

    void clearOptions() {
        options.clear();
    }

    void mss(int bytes) {
        options.put((byte) 2).put((byte) 4).putShort((short) bytes);
    }

    void windowScale(int shift) {
        options.put((byte) NOP).put((byte) 3).put((byte) 3).put((byte) shift);
    }

    void sackPermitted() {
        options.put((byte) NOP).put((byte) NOP).put((byte) 4).put((byte) 2);
    }

    void timestamps(int value, int echo) {
        options.put((byte) NOP)
                .put((byte) NOP)
                .put((byte) 8)
                .put((byte) 10)
                .putInt(value)
                .putInt(echo);
    }

    void sack(int left, int right) {
        options.put((byte) NOP)
                .put((byte) NOP)
                .put((byte) 5)
                .put((byte) 10)
                .putInt(left)
                .putInt(right);
    }

    void raw(byte[] bytes) {
        options.put(bytes);
    }

    /// A segment with the options gathered so far, as many as fit.
    byte[] build(int seq, int ack, int flags, int window, int length) {
        int optionBytes = Math.min(options.position() + 3 & ~3, MOST_OPTION_BYTES);
        int headerBytes = TCP_HEADER_BYTES + optionBytes;
        ByteBuffer packet = ByteBuffer.allocate(ipHeaderBytes + headerBytes + length);
        putIp(packet, TCP, headerBytes + length);
        int at = ipHeaderBytes;
        putPorts(packet, at, CLIENT_PORT, SERVER_PORT, seq);
        packet.putInt(at + 8, ack);
        packet.put(at + 12, (byte) (headerBytes / 4 << 4));
        packet.put(at + 13, (byte) flags);
        packet.putShort(at + 14, (short) window);
        packet.put(at + TCP_HEADER_BYTES, options.array(), 0, Math.min(options.position(), optionBytes));
        Contents.OF_CLIENT.put(seq + (flags >> 1 & 1), packet, at + headerBytes, length);
        return packet.array();
    }

    /// A router's word that a packet of the server with this sequence number was too big.
    byte[] tooBig(int seq, int mtuBytes) {
        int quoteBytes = ipHeaderBytes + TCP_HEADER_BYTES;
        ByteBuffer packet = ByteBuffer.allocate(ipHeaderBytes + 8 + quoteBytes);
        putIp(packet, isIpv6 ? 58 : 1, 8 + quoteBytes);
        int at = ipHeaderBytes;
        packet.put(at, (byte) (isIpv6 ? 2 : 3)).put(at + 1, (byte) (isIpv6 ? 0 : 4));
        if (isIpv6) {
            packet.putInt(at + 4, mtuBytes);
        } else {
            packet.putShort(at + 6, (short) mtuBytes);
        }
        ByteBuffer quote = ByteBuffer.allocate(quoteBytes);
        putIp(quote, TCP, TCP_HEADER_BYTES);
        swapAddresses(quote);
        putPorts(quote, ipHeaderBytes, SERVER_PORT, CLIENT_PORT, seq);
        quote.put(ipHeaderBytes + 12, (byte) 0x50).put(ipHeaderBytes + 13, (byte) 0x10);
        packet.put(at + 8, quote, 0, quoteBytes);
        int pseudo = isIpv6 ? RawPackets.sum(packet, 8, 32, 58 + 8 + quoteBytes) : 0;
        packet.putShort(at + 2, (short) ~RawPackets.sum(packet, at, 8 + quoteBytes, pseudo));
        return packet.array();
    }

    private void putIp(ByteBuffer packet, int protocol, int payloadBytes) {
        if (isIpv6) {
            packet.putInt(0, 0x6000_0000).putShort(4, (short) payloadBytes);
            packet.put(6, (byte) protocol).put(7, (byte) 64);
            packet.putLong(8, 0xfc00_0000_0000_0000L).putLong(16, 2);
            packet.putLong(24, 0xfc00_0000_0000_0000L).putLong(32, 1);
        } else {
            packet.putShort(0, (short) 0x4500).putShort(2, (short) (20 + payloadBytes));
            packet.put(8, (byte) 64).put(9, (byte) protocol);
            packet.putInt(12, 0xc612_0002).putInt(16, 0xc612_0001);
            RawPackets.putHeaderChecksum(packet, 0);
        }
    }

    private void swapAddresses(ByteBuffer packet) {
        int length = isIpv6 ? 16 : 4;
        int from = isIpv6 ? 8 : 12;
        byte[] source = new byte[length];
        byte[] destination = new byte[length];
        packet.get(from, source).get(from + length, destination);
        packet.put(from, destination).put(from + length, source);
    }

    private static void putPorts(ByteBuffer packet, int at, int source, int destination, int seq) {
        packet.putShort(at, (short) source)
                .putShort(at + 2, (short) destination)
                .putInt(at + 4, seq);
    }
}
