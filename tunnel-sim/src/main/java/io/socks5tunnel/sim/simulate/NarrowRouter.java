// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.PacketBuilder;
import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.SimPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// The router before a narrow path: tells senders of packets that are too large for it (RFC 1191 §4, RFC 4443
/// §3.2).
final class NarrowRouter {
    private static final InetAddress ADDRESS = InetAddress.ofLiteral("10.0.0.254");
    private static final InetAddress ADDRESS_6 = InetAddress.ofLiteral("fd00::fe");
    private static final int IPV4_QUOTE_BYTES = 28;
    private static final int IPV6_QUOTE_BYTES = 1232;

    private NarrowRouter() {}

    /// The message to the sender of `packet`.
    static SimPacket tooBig(SimPacket packet, int mtuBytes) {
        ParsedPacket large = ParsedPacket.parse(packet);
        boolean isIpv4 = large.version() == 4;
        int quoted = Math.min(packet.length(), isIpv4 ? IPV4_QUOTE_BYTES : IPV6_QUOTE_BYTES);
        ByteBuffer rest = ByteBuffer.allocate(4 + quoted);
        rest.putInt(mtuBytes).put(packet.bytes(), 0, quoted);
        PacketBuilder builder = PacketBuilder.between(
                new InetSocketAddress(isIpv4 ? ADDRESS : ADDRESS_6, 0), new InetSocketAddress(large.source(), 0));
        return SimPacket.of(isIpv4 ? builder.icmp(3, 4, rest.array()) : builder.icmp(2, 0, rest.array()));
    }
}
