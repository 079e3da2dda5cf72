// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.wire.InternetChecksum;
import io.socks5tunnel.stack.wire.IpProtocol;
import io.socks5tunnel.stack.wire.Ipv6Header;
import io.socks5tunnel.stack.wire.SegmentView;
import io.socks5tunnel.stack.wire.TcpHeader;
import java.nio.ByteBuffer;

/// Makes RST segments without a connection (RFC 9293 §3.5.2, §3.10.7.1), complete with checksums. They carry no
/// options (RFC 7323 §3.2 leaves timestamps to choice) and window 0. Confined to one shard.
public final class Resets {
    private Resets() {}

    /// The answer of a closed port: with ACK in the segment `<SEQ=SEG.ACK><CTL=RST>`, without it
    /// `<SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>`.
    ///
    /// @param segment as it came, not trimmed
    /// @return false if nothing is to be sent, because the segment is itself a RST
    public static boolean answer(SegmentView segment, OutboundPacket into) {
        if (segment.isRst()) {
            return false;
        }
        int at = writeHeaders(
                into, segment.destinationHigh(), segment.destinationLow(), segment.clientHigh(), segment.clientLow());
        TcpHeader.ports(into.headerSlab().bytes(), at, segment.destinationPort(), segment.clientPort());
        if (segment.isAck()) {
            writeNumbers(into, at, segment.ack(), 0, TcpHeader.RST);
        } else {
            writeNumbers(into, at, 0, segment.endSeq(), TcpHeader.RST | TcpHeader.ACK);
        }
        return true;
    }

    /// `<SEQ=seq><CTL=RST>` from the flow's destination to its client.
    public static void write(FlowKey key, int seq, OutboundPacket into) {
        writeNumbers(into, writeHeaders(key, into), seq, 0, TcpHeader.RST);
    }

    /// `<SEQ=seq><ACK=ack><CTL=RST,ACK>` from the flow's destination to its client. A held SYN is refused with SEQ
    /// 0 and ACK one after its sequence number.
    public static void writeWithAck(FlowKey key, int seq, int ack, OutboundPacket into) {
        writeNumbers(into, writeHeaders(key, into), seq, ack, TcpHeader.RST | TcpHeader.ACK);
    }

    private static int writeHeaders(FlowKey key, OutboundPacket into) {
        int at = writeHeaders(into, key.destinationHigh(), key.destinationLow(), key.clientHigh(), key.clientLow());
        TcpHeader.ports(into.headerSlab().bytes(), at, key.destinationPort(), key.clientPort());
        return at;
    }

    /// Leaves the sum of the pseudo-header in the checksum field, for [#writeNumbers].
    private static int writeHeaders(
            OutboundPacket into, long sourceHigh, long sourceLow, long destinationHigh, long destinationLow) {
        ByteBuffer bytes = into.headerSlab().bytes();
        int at;
        if (PacketHeader.isIpv4(destinationHigh, destinationLow)) {
            at = PacketHeader.writeIpv4(
                    into, (int) sourceLow, (int) destinationLow, IpProtocol.TCP, TcpHeader.MIN_LENGTH);
        } else {
            at = PacketHeader.writeIpv6(into, IpProtocol.TCP, TcpHeader.MIN_LENGTH);
            Ipv6Header.source(bytes, into.headerOffset(), sourceHigh, sourceLow);
            Ipv6Header.destination(bytes, into.headerOffset(), destinationHigh, destinationLow);
        }
        long sum = InternetChecksum.pseudoHeader(
                sourceHigh, sourceLow, destinationHigh, destinationLow, IpProtocol.TCP, TcpHeader.MIN_LENGTH);
        TcpHeader.checksum(bytes, at, InternetChecksum.fold(sum));
        return at;
    }

    private static void writeNumbers(OutboundPacket into, int at, int seq, int ack, int flags) {
        ByteBuffer bytes = into.headerSlab().bytes();
        TcpHeader.sequenceNumber(bytes, at, seq);
        TcpHeader.acknowledgmentNumber(bytes, at, ack);
        TcpHeader.headerLengthAndFlags(bytes, at, TcpHeader.MIN_LENGTH, flags);
        TcpHeader.window(bytes, at, 0);
        TcpHeader.urgentPointer(bytes, at, 0);
        long sum = InternetChecksum.sum(bytes, at, TcpHeader.MIN_LENGTH);
        TcpHeader.checksum(bytes, at, InternetChecksum.finish(sum));
    }
}
