// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.SocksReply;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The packet that an ICMP error quotes (RFC 792, RFC 4443 §2.4): enough of it to tell the flow.
final class IcmpQuote {
    private static final int PORTS_BYTES = 4;

    private IcmpQuote() {}

    /// Whether the message is an error, which quotes a packet.
    static boolean isError(ParsedPacket icmp) {
        int type = icmp.icmpType();
        boolean isV4Error = type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
        return icmp.isIcmp() && (icmp.version() == 4 ? isV4Error : type > 0 && type < 128);
    }

    /// The flow whose packet is quoted, seen from who sent that packet; null if the message quotes none.
    static @Nullable FlowKey flow(ParsedPacket icmp) {
        if (!isError(icmp)) {
            return null;
        }
        byte[] quoted = icmp.payload();
        if (quoted.length < 40) {
            return quoted.length >= 20 + PORTS_BYTES && icmp.version() == 4 ? read(quoted, 12, 4, 9) : null;
        }
        return icmp.version() == 4 ? read(quoted, 12, 4, 9) : read(quoted, 8, 16, 6);
    }

    /// What a SOCKS server says where a router or host says this (RFC 792, RFC 4443 §3).
    static SocksReply refusal(ParsedPacket error) {
        boolean isTimeExceeded = error.icmpType() == (error.version() == 4 ? 11 : 3);
        if (isTimeExceeded) {
            return SocksReply.TTL_EXPIRED;
        }
        int code = error.icmpCode();
        if (error.version() == 4) {
            return switch (code) {
                case 0, 6 -> SocksReply.NETWORK_UNREACHABLE;
                case 2, 3 -> SocksReply.CONNECTION_REFUSED;
                case 9, 10, 13 -> SocksReply.NOT_ALLOWED;
                default -> SocksReply.HOST_UNREACHABLE;
            };
        }
        return switch (code) {
            case 0 -> SocksReply.NETWORK_UNREACHABLE;
            case 1 -> SocksReply.NOT_ALLOWED;
            case 4 -> SocksReply.CONNECTION_REFUSED;
            default -> SocksReply.HOST_UNREACHABLE;
        };
    }

    /// An error about a segment of the captured server, made one about the living stack.
    ///
    /// @param shift how far the stack's sequence numbers lie from the captured server's
    static byte[] translate(ReplayPacket error, int shift) {
        byte[] bytes = error.bytes().clone();
        byte[] quoted = error.parsed().payload();
        int seqAt = error.parsed().payloadOffset() + IpHeaders.transportOffset(quoted) + PORTS_BYTES;
        if (seqAt + 4 <= bytes.length) {
            ByteBuffer out = ByteBuffer.wrap(bytes);
            out.putInt(seqAt, out.getInt(seqAt) + shift);
            int icmp = error.transportOffset();
            IpHeaders.setTransportChecksum(bytes, icmp, icmp + 2, error.parsed().protocol());
        }
        return bytes;
    }

    private static @Nullable FlowKey read(byte[] quoted, int addressesAt, int addressBytes, int protocolAt) {
        int transport = IpHeaders.transportOffset(quoted);
        if (quoted.length < transport + PORTS_BYTES) {
            return null;
        }
        InetAddress source = address(quoted, addressesAt, addressBytes);
        InetAddress destination = address(quoted, addressesAt + addressBytes, addressBytes);
        ByteBuffer in = ByteBuffer.wrap(quoted);
        return new FlowKey(
                Byte.toUnsignedInt(quoted[protocolAt]),
                new InetSocketAddress(source, Short.toUnsignedInt(in.getShort(transport))),
                new InetSocketAddress(destination, Short.toUnsignedInt(in.getShort(transport + 2))));
    }

    private static InetAddress address(byte[] from, int at, int length) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(from, at, at + length));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are always an address", e);
        }
    }
}
