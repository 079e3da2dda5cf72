// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.PacketBuilder;
import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.SimPacket;
import io.socks5tunnel.sim.TcpFlag;
import java.util.List;

/// One IP packet of a capture, ready to be played.
///
/// @param number its place in the file, 1 for the first frame
/// @param atNanos when it was captured, ns after the first packet; never before its predecessor
/// @param bytes from the IP header on, cut bytes filled with zeros
/// @param parsed the same, parsed
/// @param transportOffset where the transport header begins, bytes from the IP header
/// @param paddedBytes zeros at the end that stand for what the snap length cut off
/// @param fragments the packets in which it was captured, if it was not captured whole
@SuppressWarnings("ArrayRecordComponent") // packets are moved, never compared
record ReplayPacket(
        long number,
        long atNanos,
        byte[] bytes,
        ParsedPacket parsed,
        int transportOffset,
        int paddedBytes,
        List<byte[]> fragments) {
    private static final int TCP_HEADER_BYTES = 20;
    private static final int UDP_HEADER_BYTES = 8;

    /// A packet as it was captured, its end perhaps filled up.
    static ReplayPacket captured(long number, long atNanos, byte[] bytes, int paddedBytes) {
        return new ReplayPacket(
                number,
                atNanos,
                bytes,
                ParsedPacket.parse(bytes),
                IpHeaders.transportOffset(bytes),
                paddedBytes,
                List.of());
    }

    /// A packet that was captured in fragments.
    static ReplayPacket joined(long number, long atNanos, byte[] bytes, List<byte[]> fragments) {
        return new ReplayPacket(
                number, atNanos, bytes, ParsedPacket.parse(bytes), IpHeaders.transportOffset(bytes), 0, fragments);
    }

    /// Whether it is a TCP segment whose header can be read in full.
    boolean isTcp() {
        return parsed.isTcp() && parsed.payloadOffset() >= transportOffset + TCP_HEADER_BYTES;
    }

    /// Whether it is a UDP datagram whose header can be read in full.
    boolean isUdp() {
        return parsed.isUdp() && parsed.payloadOffset() >= transportOffset + UDP_HEADER_BYTES;
    }

    /// Whether it asks to open a connection.
    boolean isOpening() {
        return has(TcpFlag.SYN) && !has(TcpFlag.ACK) && !has(TcpFlag.RST);
    }

    boolean has(TcpFlag flag) {
        return parsed.has(flag);
    }

    /// The sequence number behind everything in it.
    int endSeq() {
        return parsed.seq() + parsed.sequenceLength();
    }

    /// What takes the place of this packet, whole if it was captured whole, in fragments of the same size
    /// otherwise.
    List<SimPacket> asCaptured(SimPacket translated) {
        if (fragments.isEmpty()) {
            return List.of(translated);
        }
        int longest = 0;
        for (byte[] fragment : fragments) {
            longest = Math.max(longest, fragment.length);
        }
        // a packet in one fragment (RFC 6946) stays one, whatever its length
        longest += fragments.size() == 1 ? Long.BYTES : 0;
        int identification = ParsedPacket.parse(fragments.getFirst()).identification();
        return PacketBuilder.fragments(translated.bytes(), longest, identification).stream()
                .map(SimPacket::of)
                .toList();
    }
}
