// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.spi.GsoType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Takes UDP super-segments apart, independently of the packet stack: it judges what the stack emits.
final class SuperDatagram {
    /// Linux refuses more, or did for long (`UDP_MAX_SEGMENTS`).
    private static final int MAX_PIECES = 64;

    private SuperDatagram() {}

    /// The datagrams that `packet` stands for, with complete checksums; any other packet as it is.
    ///
    /// @throws IllegalStateException if it is none that a kernel would take
    static List<SimPacket> pieces(SimPacket packet) {
        if (packet.gsoType() != GsoType.UDP_L4) {
            return List.of(packet);
        }
        ParsedPacket whole = ParsedPacket.parse(packet).requireSound();
        int size = packet.gsoSizeBytes();
        byte[] payload = whole.payload();
        if (!whole.isUdp() || size <= 0 || payload.length > MAX_PIECES * size) {
            throw new IllegalStateException(
                    payload.length + " bytes of protocol " + whole.protocol() + " in pieces of " + size);
        }
        List<SimPacket> pieces = new ArrayList<>();
        for (int from = 0; from < payload.length; from += size) {
            byte[] piece = Arrays.copyOfRange(payload, from, Math.min(payload.length, from + size));
            pieces.add(SimPacket.of(PacketBuilder.between(whole.sourceSocket(), whole.destinationSocket())
                    .ttl(whole.ttl())
                    .udp()
                    .payload(piece)
                    .build()));
        }
        return pieces;
    }
}
