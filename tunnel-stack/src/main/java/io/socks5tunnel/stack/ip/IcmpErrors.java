// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.stack.Refusal;
import io.socks5tunnel.stack.wire.IcmpHeader;
import io.socks5tunnel.stack.wire.InternetChecksum;
import io.socks5tunnel.stack.wire.IpProtocol;
import io.socks5tunnel.stack.wire.Ipv4Header;
import io.socks5tunnel.stack.wire.Ipv6Header;
import io.socks5tunnel.stack.wire.SegmentView;
import java.nio.ByteBuffer;

/// Makes ICMP and ICMPv6 errors about a client's SYN, as if the destination itself had sent them (RFC 1122 §3.2.2,
/// RFC 1812 §4.3.2, RFC 4443 §2.4 and §3). Confined to one shard.
///
/// The rules about what no error may be sent for are kept by what calls this: a SYN that passed [IpInput] is no
/// ICMP error, no fragment, and neither from nor to a group of hosts.
public final class IcmpErrors {
    private static final int MAX_LENGTH_IPV4 = 576;
    private static final int MAX_LENGTH_IPV6 = 1280;
    private static final int CODE_NETWORK = 0;
    private static final int CODE_HOST = 1;
    private static final int CODE_PROHIBITED = 13;
    private static final int CODE_NO_ROUTE_V6 = 0;
    private static final int CODE_PROHIBITED_V6 = 1;
    private static final int CODE_ADDRESS_V6 = 3;
    private static final int CODE_IN_TRANSIT = 0;

    private IcmpErrors() {}

    /// A copy of a SYN's headers, to be kept while its answer is awaited: IP header, extension headers, TCP header
    /// and options, without payload. Allocates, once per flow.
    ///
    /// @param syn as it came, not trimmed
    /// @return at most 1124 bytes: an IPv6 header, the extension headers that [IpInput] lets pass, a TCP header
    public static byte[] quote(SegmentView syn) {
        byte[] quoted = new byte[syn.payloadOffset() - syn.ipOffset()];
        syn.bytes().get(syn.ipOffset(), quoted);
        return quoted;
    }

    /// Whether a refusal is told by an ICMP error: neither [Refusal#RESET] nor [Refusal#SILENCE].
    public static boolean isToldByIcmp(Refusal refusal) {
        return switch (refusal) {
            case RESET, SILENCE -> false;
            case NETWORK_UNREACHABLE, HOST_UNREACHABLE, ADMINISTRATIVELY_PROHIBITED, TIME_EXCEEDED -> true;
        };
    }

    /// Makes the error that tells `refusal`, from the SYN's destination to its source, complete with checksums.
    ///
    /// @param quoted what [#quote] returned
    /// @throws IllegalArgumentException unless [#isToldByIcmp]
    public static void refuse(Refusal refusal, byte[] quoted, OutboundPacket into) {
        if (!isToldByIcmp(refusal)) {
            throw new IllegalArgumentException(refusal + " is not told by ICMP");
        }
        ByteBuffer syn = ByteBuffer.wrap(quoted);
        if ((quoted[0] & 0xf0) == 0x40) {
            refuseIpv4(refusal, syn, into);
        } else {
            refuseIpv6(refusal, syn, into);
        }
    }

    private static void refuseIpv4(Refusal refusal, ByteBuffer syn, OutboundPacket into) {
        int type = refusal == Refusal.TIME_EXCEEDED ? IcmpHeader.TIME_EXCEEDED : IcmpHeader.DESTINATION_UNREACHABLE;
        int room = MAX_LENGTH_IPV4 - Ipv4Header.MIN_LENGTH - IcmpHeader.LENGTH;
        int length = IcmpHeader.LENGTH + Math.min(syn.capacity(), room);
        int server = Ipv4Header.destination(syn, 0);
        int client = Ipv4Header.source(syn, 0);
        int at = PacketHeader.writeIpv4(into, server, client, IpProtocol.ICMP, length);
        writeMessage(into, at, type, codeIpv4(refusal), syn, length);
        ByteBuffer bytes = into.headerSlab().bytes();
        IcmpHeader.checksum(bytes, at, InternetChecksum.finish(InternetChecksum.sum(bytes, at, length)));
    }

    private static void refuseIpv6(Refusal refusal, ByteBuffer syn, OutboundPacket into) {
        int type =
                refusal == Refusal.TIME_EXCEEDED ? IcmpHeader.TIME_EXCEEDED_V6 : IcmpHeader.DESTINATION_UNREACHABLE_V6;
        int room = MAX_LENGTH_IPV6 - Ipv6Header.LENGTH - IcmpHeader.LENGTH;
        int length = IcmpHeader.LENGTH + Math.min(syn.capacity(), room);
        int at = PacketHeader.writeIpv6(into, IpProtocol.ICMP_V6, length);
        long sourceHigh = Ipv6Header.destinationHigh(syn, 0);
        long sourceLow = Ipv6Header.destinationLow(syn, 0);
        long destinationHigh = Ipv6Header.sourceHigh(syn, 0);
        long destinationLow = Ipv6Header.sourceLow(syn, 0);
        ByteBuffer bytes = into.headerSlab().bytes();
        Ipv6Header.source(bytes, into.headerOffset(), sourceHigh, sourceLow);
        Ipv6Header.destination(bytes, into.headerOffset(), destinationHigh, destinationLow);
        writeMessage(into, at, type, codeIpv6(refusal), syn, length);
        // Unlike ICMP, ICMPv6 sums the pseudo-header too (RFC 4443 §2.3).
        long sum = InternetChecksum.pseudoHeader(
                sourceHigh, sourceLow, destinationHigh, destinationLow, IpProtocol.ICMP_V6, length);
        sum += InternetChecksum.sum(bytes, at, length);
        IcmpHeader.checksum(bytes, at, InternetChecksum.finish(sum));
    }

    private static void writeMessage(OutboundPacket into, int at, int type, int code, ByteBuffer syn, int length) {
        ByteBuffer bytes = into.headerSlab().bytes();
        IcmpHeader.write(bytes, at, type, code, 0);
        bytes.put(at + IcmpHeader.LENGTH, syn, 0, length - IcmpHeader.LENGTH);
    }

    private static int codeIpv4(Refusal refusal) {
        return switch (refusal) {
            case NETWORK_UNREACHABLE -> CODE_NETWORK;
            case HOST_UNREACHABLE -> CODE_HOST;
            case ADMINISTRATIVELY_PROHIBITED -> CODE_PROHIBITED;
            case TIME_EXCEEDED, RESET, SILENCE -> CODE_IN_TRANSIT;
        };
    }

    private static int codeIpv6(Refusal refusal) {
        return switch (refusal) {
            case NETWORK_UNREACHABLE -> CODE_NO_ROUTE_V6;
            case HOST_UNREACHABLE -> CODE_ADDRESS_V6;
            case ADMINISTRATIVELY_PROHIBITED -> CODE_PROHIBITED_V6;
            case TIME_EXCEEDED, RESET, SILENCE -> CODE_IN_TRANSIT;
        };
    }
}
