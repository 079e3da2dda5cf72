// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.wire.IcmpHeader;
import io.socks5tunnel.stack.wire.IpProtocol;
import io.socks5tunnel.stack.wire.Ipv4Header;
import io.socks5tunnel.stack.wire.Ipv6Header;
import io.socks5tunnel.stack.wire.TcpHeader;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The TCP segment that an ICMP error quotes and says was too big, if it may have been one of this stack's: to be
/// believed only if the flow knows its sequence number (RFC 5927 §4). Reused; confined to one shard.
///
/// Other errors are soft to a connection that is established (RFC 1122 §4.2.3.9, RFC 5461, RFC 5927 §5.2): they end
/// nothing, and are not looked at further. Source quench is dropped (RFC 6633 §3).
public final class QuotedSegment {
    /// Ports and sequence number: what an error quotes at least.
    private static final int QUOTED_TCP_BYTES = 8;

    /// No link that IPv4 goes over has less (RFC 1191 §3).
    private static final int MIN_MTU_IPV4 = 68;

    /// For routers that do not say their MTU (RFC 1191 §7.1).
    private static final int[] PLATEAUS = {32_000, 17_914, 8_166, 4_352, 2_002, 1_492, 1_006, 508, 296, MIN_MTU_IPV4};

    private @Nullable FlowKey key;
    private int seq;
    private int mtuBytes;

    QuotedSegment() {}

    /// The flow, seen from the client; null if there is nothing to tell it. Allocated per error.
    public @Nullable FlowKey key() {
        return key;
    }

    /// The sequence number of the segment.
    public int seq() {
        return seq;
    }

    /// The MTU of the link that it was too big for, bytes, at least 68 over IPv4 and 1280 over IPv6.
    public int mtuBytes() {
        return mtuBytes;
    }

    void clear() {
        key = null;
    }

    /// Reads the error in `error`, whose ICMP header is there.
    ///
    /// @return why it says nothing, or null
    @Nullable
    DropReason read(Datagram error) {
        ByteBuffer bytes = error.bytes();
        int at = error.payloadOffset();
        int type = IcmpHeader.type(bytes, at);
        boolean isTooBig = error.isIpv4()
                ? type == IcmpHeader.DESTINATION_UNREACHABLE
                        && IcmpHeader.code(bytes, at) == IcmpHeader.CODE_FRAGMENTATION_NEEDED
                : type == IcmpHeader.PACKET_TOO_BIG_V6;
        if (!isTooBig) {
            return DropReason.ICMP_IGNORED;
        }
        int quotedAt = at + IcmpHeader.LENGTH;
        int quotedLength = error.payloadLength() - IcmpHeader.LENGTH;
        return error.isIpv4()
                ? readIpv4(bytes, quotedAt, quotedLength, IcmpHeader.rest(bytes, at) & 0xffff)
                : readIpv6(bytes, quotedAt, quotedLength, IcmpHeader.rest(bytes, at));
    }

    private @Nullable DropReason readIpv4(ByteBuffer bytes, int at, int length, int saidMtu) {
        int headerLength = length < Ipv4Header.MIN_LENGTH ? 0 : Ipv4Header.headerLength(bytes, at);
        if (headerLength < Ipv4Header.MIN_LENGTH || headerLength + QUOTED_TCP_BYTES > length) {
            return DropReason.ICMP_MALFORMED;
        }
        boolean isFirst = (Ipv4Header.fragmentField(bytes, at) & Ipv4Header.OFFSET_MASK) == 0;
        if (Ipv4Header.protocol(bytes, at) != IpProtocol.TCP || !isFirst) {
            return DropReason.ICMP_IGNORED;
        }
        int mtu = saidMtu == 0 ? plateauBelow(Ipv4Header.totalLength(bytes, at)) : saidMtu;
        if (mtu < MIN_MTU_IPV4) {
            return DropReason.ICMP_MALFORMED;
        }
        mtuBytes = mtu;
        long server = Ipv4Header.mapped(Ipv4Header.source(bytes, at));
        long client = Ipv4Header.mapped(Ipv4Header.destination(bytes, at));
        readTcp(bytes, at + headerLength, 0, client, 0, server);
        return null;
    }

    /// RFC 8201 §4: an MTU below that of every link is a lie, and the message is dropped.
    private @Nullable DropReason readIpv6(ByteBuffer bytes, int at, int length, int saidMtu) {
        if (length < Ipv6Header.LENGTH + QUOTED_TCP_BYTES || saidMtu >= 0 && saidMtu < IpOutput.MIN_MTU_IPV6) {
            return DropReason.ICMP_MALFORMED;
        }
        if (Ipv6Header.nextHeader(bytes, at) != IpProtocol.TCP) {
            return DropReason.ICMP_IGNORED;
        }
        // Unsigned: what has the highest bit is larger than any link.
        mtuBytes = saidMtu < 0 ? Integer.MAX_VALUE : saidMtu;
        readTcp(
                bytes,
                at + Ipv6Header.LENGTH,
                Ipv6Header.destinationHigh(bytes, at),
                Ipv6Header.destinationLow(bytes, at),
                Ipv6Header.sourceHigh(bytes, at),
                Ipv6Header.sourceLow(bytes, at));
        return null;
    }

    private void readTcp(ByteBuffer bytes, int at, long clientHigh, long clientLow, long serverHigh, long serverLow) {
        int clientPort = TcpHeader.destinationPort(bytes, at);
        int serverPort = TcpHeader.sourcePort(bytes, at);
        key = new FlowKey(clientHigh, clientLow, clientPort, serverHigh, serverLow, serverPort);
        seq = TcpHeader.sequenceNumber(bytes, at);
    }

    private static int plateauBelow(int length) {
        for (int plateau : PLATEAUS) {
            if (plateau < length) {
                return plateau;
            }
        }
        return MIN_MTU_IPV4;
    }
}
