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

/// Makes ICMP and ICMPv6 errors about a client's packet, as if the destination itself had sent them (RFC 1122
/// §3.2.2, RFC 1812 §4.3.2, RFC 4443 §2.4 and §3). Confined to one shard.
///
/// The rules about what no error may be sent for are kept by what calls this: [IcmpSender], and for a refused SYN
/// [IpInput], since what passes there is no ICMP error, no fragment, and neither from nor to a group of hosts.
public final class IcmpErrors {
    private static final int MAX_LENGTH_IPV4 = 576;
    private static final int MAX_LENGTH_IPV6 = 1280;

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
    /// @param mtuBytes of the device, at least 68
    /// @throws IllegalArgumentException unless [#isToldByIcmp]
    public static void refuse(Refusal refusal, byte[] quoted, int mtuBytes, OutboundPacket into) {
        write(IcmpProblem.of(refusal), 0, ByteBuffer.wrap(quoted), 0, quoted.length, mtuBytes, into);
    }

    /// Makes the error that tells `problem` about the packet at `[at, at + length)` of `about`, from the packet's
    /// destination to its source, complete with checksums. As much of the packet is quoted as may be.
    ///
    /// @param rest the second word of the message: the MTU or the pointer where the problem has one, else 0
    /// @param mtuBytes of the device, at least 68: an error is never cut into fragments
    static void write(
            IcmpProblem problem, int rest, ByteBuffer about, int at, int length, int mtuBytes, OutboundPacket into) {
        if ((about.get(at) & 0xf0) == 0x40) {
            int room = Math.min(MAX_LENGTH_IPV4, mtuBytes) - Ipv4Header.MIN_LENGTH - IcmpHeader.LENGTH;
            writeIpv4(problem, rest, about, at, Math.min(length, room), into);
        } else {
            int room = Math.min(MAX_LENGTH_IPV6, mtuBytes) - Ipv6Header.LENGTH - IcmpHeader.LENGTH;
            writeIpv6(problem, rest, about, at, Math.min(length, room), into);
        }
    }

    private static void writeIpv4(
            IcmpProblem problem, int rest, ByteBuffer about, int at, int quotedLength, OutboundPacket into) {
        int messageLength = IcmpHeader.LENGTH + quotedLength;
        int server = Ipv4Header.destination(about, at);
        int client = Ipv4Header.source(about, at);
        int message = PacketHeader.writeIpv4(into, server, client, IpProtocol.ICMP, messageLength);
        ByteBuffer bytes = into.headerSlab().bytes();
        IcmpHeader.write(bytes, message, problem.type(true), problem.code(true), rest);
        bytes.put(message + IcmpHeader.LENGTH, about, at, quotedLength);
        IcmpHeader.checksum(
                bytes, message, InternetChecksum.finish(InternetChecksum.sum(bytes, message, messageLength)));
    }

    private static void writeIpv6(
            IcmpProblem problem, int rest, ByteBuffer about, int at, int quotedLength, OutboundPacket into) {
        int messageLength = IcmpHeader.LENGTH + quotedLength;
        int message = PacketHeader.writeIpv6(into, IpProtocol.ICMP_V6, messageLength);
        long sourceHigh = Ipv6Header.destinationHigh(about, at);
        long sourceLow = Ipv6Header.destinationLow(about, at);
        long destinationHigh = Ipv6Header.sourceHigh(about, at);
        long destinationLow = Ipv6Header.sourceLow(about, at);
        ByteBuffer bytes = into.headerSlab().bytes();
        Ipv6Header.source(bytes, into.headerOffset(), sourceHigh, sourceLow);
        Ipv6Header.destination(bytes, into.headerOffset(), destinationHigh, destinationLow);
        IcmpHeader.write(bytes, message, problem.type(false), problem.code(false), rest);
        bytes.put(message + IcmpHeader.LENGTH, about, at, quotedLength);
        // Unlike ICMP, ICMPv6 sums the pseudo-header too (RFC 4443 §2.3).
        long sum = InternetChecksum.pseudoHeader(
                sourceHigh, sourceLow, destinationHigh, destinationLow, IpProtocol.ICMP_V6, messageLength);
        sum += InternetChecksum.sum(bytes, message, messageLength);
        IcmpHeader.checksum(bytes, message, InternetChecksum.finish(sum));
    }
}
