// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.stack.PacketSink;
import io.socks5tunnel.stack.wire.IpProtocol;
import io.socks5tunnel.stack.wire.Ipv4Header;
import io.socks5tunnel.stack.wire.Ipv6Header;
import java.nio.ByteBuffer;

/// Sends what has a transport header of eight bytes, UDP and ICMP echo: the headers from the header slab, the
/// payload from where it lies, in as many fragments as the MTU asks for. Call [#begin], then [#send]. Confined to
/// one shard.
///
/// What fits into one packet is atomic: "do not fragment", identification 0 (RFC 6864 §4.1). Fragments of IPv4 may
/// be fragmented further on their way.
public final class IpOutput {
    /// Bytes of the transport header.
    public static final int TRANSPORT_HEADER_LENGTH = 8;

    /// The smallest MTU that IPv6 works with, bytes (RFC 8200 §5); with less, nothing is sent over IPv6.
    public static final int MIN_MTU_IPV6 = 1280;

    /// The most pieces in one packet: every kernel that takes any takes as many (`UDP_MAX_SEGMENTS`).
    public static final int MAX_PIECES = 64;

    private static final int MAX_LENGTH = 65_535;
    private static final int FRAGMENT_UNIT = 8;

    private final int mtuBytes;
    private final PacketSink sink;
    private final OutboundPacket packet;
    private final ByteBuffer bytes;
    private final FragmentIds ids;

    private boolean isIpv4;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private int protocol;
    private int flow;

    /// Sends to `sink`.
    ///
    /// @param mtuBytes the device's MTU, bytes, 68 to 65535
    /// @param packet what every packet is made in
    /// @param secret 32 unpredictable bytes, the key of fragment identifications
    public IpOutput(int mtuBytes, PacketSink sink, OutboundPacket packet, byte[] secret) {
        this.mtuBytes = mtuBytes;
        this.sink = sink;
        this.packet = packet;
        this.bytes = packet.headerSlab().bytes();
        this.ids = new FragmentIds(secret);
    }

    /// Starts a datagram between two addresses of one family, in the form of flow keys.
    public void begin(long newSourceHigh, long newSourceLow, long newDestinationHigh, long newDestinationLow) {
        isIpv4 = PacketHeader.isIpv4(newDestinationHigh, newDestinationLow);
        sourceHigh = newSourceHigh;
        sourceLow = newSourceLow;
        destinationHigh = newDestinationHigh;
        destinationLow = newDestinationLow;
    }

    /// Says what it carries.
    ///
    /// @param newFlow what tells flows between these addresses apart, such as ports
    public void carrying(int newProtocol, int newFlow) {
        protocol = newProtocol;
        flow = newFlow;
    }

    /// The most payload behind the transport header that one datagram of the family begun may have, in fragments or
    /// not: 65507 or 65527 bytes.
    public int maxPayloadBytes() {
        return MAX_LENGTH - TRANSPORT_HEADER_LENGTH - (isIpv4 ? Ipv4Header.MIN_LENGTH : 0);
    }

    /// Whether the payload fits into one packet.
    public boolean isWhole(int payloadLength) {
        return ipHeaderLength() + TRANSPORT_HEADER_LENGTH + payloadLength <= Math.min(mtuBytes, MAX_LENGTH);
    }

    /// How many datagrams of `payloadLength` bytes each one packet for [#sendTogether] may carry, if the device
    /// takes any such packet; 1 if there is nothing to be had from it, or each would have to be fragmented.
    public int piecesTogether(boolean isOverIpv4, int payloadLength) {
        int headers = TRANSPORT_HEADER_LENGTH + (isOverIpv4 ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH);
        if (payloadLength == 0 || headers + payloadLength > mtuBytes || !isOverIpv4 && mtuBytes < MIN_MTU_IPV6) {
            return 1;
        }
        return Math.clamp((MAX_LENGTH - headers) / payloadLength, 1, MAX_PIECES);
    }

    /// Sends several datagrams as one packet, which the device's other side takes apart.
    ///
    /// @param header the transport header of the whole
    /// @param partialChecksumAt where in it the device finishes the checksums
    /// @param payload as many bytes as [#piecesTogether] allows; the slabs are not kept
    /// @param pieceLength payload of each datagram, bytes; the last may have less
    /// @return false if all were lost
    public boolean sendTogether(long header, int partialChecksumAt, GatherList payload, int pieceLength) {
        writeHeaders(header, payload.totalBytes());
        for (int i = 0; i < payload.count(); i++) {
            packet.payload().add(payload.slab(i), payload.offset(i), payload.length(i));
        }
        packet.partialChecksum(ipHeaderLength(), partialChecksumAt);
        packet.superSegment(GsoType.UDP_L4, pieceLength);
        return sink.emit(packet);
    }

    /// Sends the datagram.
    ///
    /// @param header the transport header
    /// @param partialChecksumAt where in it the device finishes the checksum, or 0 if it is complete; only if
    ///     [#isWhole]
    /// @param slab holds the payload at `[offset, offset + length)`; it is not kept
    /// @return false if it was lost, as a whole or from some fragment on
    public boolean send(long header, int partialChecksumAt, Slab slab, int offset, int length) {
        if (!isIpv4 && mtuBytes < MIN_MTU_IPV6) {
            return false;
        }
        if (!isWhole(length)) {
            return sendFragments(header, slab, offset, length);
        }
        writeHeaders(header, length);
        if (length > 0) {
            packet.payload().add(slab, offset, length);
        }
        if (partialChecksumAt != 0) {
            packet.partialChecksum(ipHeaderLength(), partialChecksumAt);
        }
        return sink.emit(packet);
    }

    /// Starts a packet that is no fragment.
    private void writeHeaders(long transportHeader, int payloadLength) {
        packet.reset();
        writeIpHeader(TRANSPORT_HEADER_LENGTH + payloadLength, protocol);
        if (isIpv4) {
            Ipv4Header.writeChecksum(bytes, packet.headerOffset());
        }
        bytes.putLong(packet.headerOffset() + ipHeaderLength(), transportHeader);
        packet.headerLength(ipHeaderLength() + TRANSPORT_HEADER_LENGTH);
    }

    private boolean sendFragments(long header, Slab slab, int offset, int length) {
        int id = ids.next(sourceHigh, sourceLow, destinationHigh, destinationLow, (long) protocol << 32 | flow);
        int headerLength = ipHeaderLength() + (isIpv4 ? 0 : Ipv6Header.FRAGMENT_LENGTH);
        int room = mtuBytes - headerLength & -FRAGMENT_UNIT;
        int total = TRANSPORT_HEADER_LENGTH + length;
        for (int sent = 0; sent < total; sent += room) {
            int piece = Math.min(room, total - sent);
            packet.reset();
            writeFragmentHeader(piece, sent, sent + piece < total, id);
            int ownBytes = headerLength;
            int from = sent - TRANSPORT_HEADER_LENGTH;
            if (sent == 0) {
                bytes.putLong(packet.headerOffset() + headerLength, header);
                ownBytes += TRANSPORT_HEADER_LENGTH;
                from = 0;
            }
            packet.headerLength(ownBytes);
            int payloadBytes = headerLength + piece - ownBytes;
            if (payloadBytes > 0) {
                packet.payload().add(slab, offset + from, payloadBytes);
            }
            if (!sink.emit(packet)) {
                return false;
            }
        }
        return true;
    }

    private int ipHeaderLength() {
        return isIpv4 ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH;
    }

    private void writeFragmentHeader(int pieceLength, int pieceOffset, boolean isMoreToCome, int id) {
        int at = packet.headerOffset();
        if (isIpv4) {
            writeIpHeader(pieceLength, protocol);
            int more = isMoreToCome ? Ipv4Header.MORE_FRAGMENTS : 0;
            Ipv4Header.fragment(bytes, at, id, more | pieceOffset / FRAGMENT_UNIT);
            Ipv4Header.writeChecksum(bytes, at);
        } else {
            writeIpHeader(Ipv6Header.FRAGMENT_LENGTH + pieceLength, IpProtocol.FRAGMENT);
            int field = pieceOffset | (isMoreToCome ? Ipv6Header.MORE_FRAGMENTS : 0);
            Ipv6Header.writeFragment(bytes, at + Ipv6Header.LENGTH, protocol, field, id);
        }
    }

    /// All but the IPv4 checksum.
    private void writeIpHeader(int payloadLength, int nextHeader) {
        int at = packet.headerOffset();
        if (isIpv4) {
            int totalLength = Ipv4Header.MIN_LENGTH + payloadLength;
            Ipv4Header.write(bytes, at, totalLength, PacketHeader.HOP_LIMIT, nextHeader);
            Ipv4Header.addresses(bytes, at, (int) sourceLow, (int) destinationLow);
        } else {
            Ipv6Header.write(bytes, at, payloadLength, nextHeader, PacketHeader.HOP_LIMIT);
            Ipv6Header.source(bytes, at, sourceHigh, sourceLow);
            Ipv6Header.destination(bytes, at, destinationHigh, destinationLow);
        }
    }
}
