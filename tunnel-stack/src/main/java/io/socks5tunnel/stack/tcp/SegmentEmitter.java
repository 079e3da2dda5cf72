// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.PacketSink;
import io.socks5tunnel.stack.wire.InternetChecksum;
import io.socks5tunnel.stack.wire.IpProtocol;
import io.socks5tunnel.stack.wire.Ipv4Header;
import io.socks5tunnel.stack.wire.Ipv6Header;
import io.socks5tunnel.stack.wire.TcpHeader;
import io.socks5tunnel.stack.wire.TcpOptions;
import java.nio.ByteBuffer;

/// Makes segments from a flow's destination to its client: headers in the header slab, payload as ranges of the
/// send queue. Call [#begin], what options there are, [#payload], [#end]. Confined to one shard.
final class SegmentEmitter {
    private static final int HOP_LIMIT = 64;
    private static final int MAX_IP_LENGTH = 65535;

    private final PacketSink sink;
    private final OutboundPacket packet;
    private final ByteBuffer bytes;
    private final int[] sackEdges = new int[2 * SackBlocks.MAX_BLOCKS];

    private FlowKey key;
    private boolean isIpv4;
    private int ipLength;
    private int tcpAt;
    private int next;
    private int flags;

    SegmentEmitter(PacketSink sink, OutboundPacket packet) {
        this.sink = sink;
        this.packet = packet;
        this.bytes = packet.headerSlab().bytes();
        this.key = new FlowKey(0, 0, 0, 0, 0, 0);
    }

    /// The most payload that one packet may carry: whole segments of `segmentBytes`, as many as fit into a
    /// super-segment where the device takes them.
    ///
    /// @param headerBytes IP and TCP header with options
    int maxPayloadBytes(int segmentBytes, int headerBytes) {
        if (!sink.capabilities().tcpSegmentation()) {
            return segmentBytes;
        }
        return Math.max(1, (MAX_IP_LENGTH - headerBytes) / segmentBytes) * segmentBytes;
    }

    /// Starts a segment.
    void begin(FlowKey newKey, int newFlags, int seq, int ack, int windowField) {
        packet.reset();
        key = newKey;
        flags = newFlags;
        isIpv4 = newKey.isIpv4();
        ipLength = isIpv4 ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH;
        tcpAt = packet.headerOffset() + ipLength;
        TcpHeader.ports(bytes, tcpAt, newKey.destinationPort(), newKey.clientPort());
        TcpHeader.sequenceNumber(bytes, tcpAt, seq);
        TcpHeader.acknowledgmentNumber(bytes, tcpAt, ack);
        TcpHeader.window(bytes, tcpAt, windowField);
        TcpHeader.checksum(bytes, tcpAt, 0);
        TcpHeader.urgentPointer(bytes, tcpAt, 0);
        next = tcpAt + TcpHeader.MIN_LENGTH;
    }

    /// Appends the options of a SYN-ACK but for timestamps.
    ///
    /// @param windowScaleShift 0 to 14, or -1 for no scaling
    void synAckOptions(int segmentSizeBytes, int windowScaleShift, boolean isSackPermitted) {
        next = TcpOptions.writeSynAck(bytes, next, segmentSizeBytes, windowScaleShift, isSackPermitted);
    }

    void timestamps(int value, int echo) {
        next = TcpOptions.writeTimestamps(bytes, next, value, echo);
    }

    /// Appends selective acknowledgements.
    ///
    /// @param firstSeq sequence number of stream offset 0
    void sack(SackBlocks blocks, int firstSeq) {
        for (int i = 0; i < blocks.count(); i++) {
            sackEdges[2 * i] = firstSeq + (int) blocks.start(i);
            sackEdges[2 * i + 1] = firstSeq + (int) blocks.end(i);
        }
        next = TcpOptions.writeSackBlocks(bytes, next, sackEdges, blocks.count());
    }

    /// Appends `[from, from + length)` of a send queue.
    void payload(SendQueue queue, long from, int length) {
        int viewed = queue.view(from, length, packet.payload());
        assert viewed == length : "a super-segment lies in at most three slabs";
    }

    /// Finishes the segment and hands it to the sink.
    ///
    /// @param segmentBytes payload per segment, if this is a super-segment
    /// @return false if the device did not take it
    boolean end(int segmentBytes) {
        int payloadLength = packet.payload().totalBytes();
        int tcpLength = next - tcpAt + payloadLength;
        TcpHeader.headerLengthAndFlags(bytes, tcpAt, next - tcpAt, flags);
        packet.headerLength(next - packet.headerOffset());
        writeIpHeader(tcpLength);
        TunCapabilities capabilities = sink.capabilities();
        long pseudoHeader = InternetChecksum.pseudoHeader(
                key.destinationHigh(),
                key.destinationLow(),
                key.clientHigh(),
                key.clientLow(),
                IpProtocol.TCP,
                tcpLength);
        if (capabilities.partialChecksum()) {
            TcpHeader.checksum(bytes, tcpAt, InternetChecksum.fold(pseudoHeader));
            packet.partialChecksum(ipLength, TcpHeader.CHECKSUM);
            if (payloadLength > segmentBytes) {
                packet.superSegment(isIpv4 ? GsoType.TCP_V4 : GsoType.TCP_V6, segmentBytes);
            }
        } else {
            // The TCP header has an even length, so the payload's sum needs no shift.
            long sum = pseudoHeader
                    + InternetChecksum.sum(bytes, tcpAt, next - tcpAt)
                    + InternetChecksum.sum(packet.payload());
            TcpHeader.checksum(bytes, tcpAt, InternetChecksum.finish(sum));
        }
        return sink.emit(packet);
    }

    /// The packet, for what is made elsewhere; hand it to [#emit] at once.
    OutboundPacket packet() {
        return packet;
    }

    /// Hands over what was made in [#packet()].
    boolean emit() {
        return sink.emit(packet);
    }

    private void writeIpHeader(int tcpLength) {
        int at = packet.headerOffset();
        if (isIpv4) {
            Ipv4Header.write(bytes, at, ipLength + tcpLength, HOP_LIMIT, IpProtocol.TCP);
            Ipv4Header.addresses(bytes, at, (int) key.destinationLow(), (int) key.clientLow());
            Ipv4Header.writeChecksum(bytes, at);
        } else {
            Ipv6Header.write(bytes, at, tcpLength, IpProtocol.TCP, HOP_LIMIT);
            Ipv6Header.source(bytes, at, key.destinationHigh(), key.destinationLow());
            Ipv6Header.destination(bytes, at, key.clientHigh(), key.clientLow());
        }
    }
}
