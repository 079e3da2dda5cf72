// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.InboundPacket;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One received TCP segment, taken apart: what a connection looks at instead of bytes.
///
/// There is one per stack; it is valid until the next packet is parsed, and owns nothing. Addresses have the form
/// of flow keys: 128 bits in two halves, IPv4 as `::ffff:a.b.c.d`. The client is the segment's source. Offsets are
/// bytes from the beginning of the packet's slab. Confined to one shard.
public final class SegmentView {
    /// What [#maxSegmentSize()] and [#windowScaleShift()] are when the option is absent.
    public static final int NONE = -1;

    /// SACK blocks that fit into one segment (RFC 2018 §3).
    public static final int MAX_SACK_BLOCKS = 4;

    private @Nullable InboundPacket packet;
    private boolean ipv4;
    private long clientHigh;
    private long clientLow;
    private long destinationHigh;
    private long destinationLow;
    private int hopLimit;
    private int trafficClass;
    private int tcpOffset;
    private int clientPort;
    private int destinationPort;
    private int seq;
    private int ack;
    private int flags;
    private int window;
    private int urgentPointer;
    private int payloadOffset;
    private int payloadLength;
    private int maxSegmentSize = NONE;
    private int windowScaleShift = NONE;
    private boolean sackPermitted;
    private boolean timestamps;
    private int tsVal;
    private int tsEcr;
    private int sackCount;
    private final int[] sackEdges = new int[2 * MAX_SACK_BLOCKS];

    /// Starts over with the network layer of a packet.
    ///
    /// @param newTrafficClass the IPv4 type of service or the IPv6 traffic class, 0 to 255
    public void network(InboundPacket newPacket, boolean isIpv4, int newHopLimit, int newTrafficClass) {
        packet = newPacket;
        ipv4 = isIpv4;
        hopLimit = newHopLimit;
        trafficClass = newTrafficClass;
    }

    /// Notes where the segment comes from and where it goes, in the form of flow keys.
    public void addresses(long sourceHigh, long sourceLow, long newDestinationHigh, long newDestinationLow) {
        clientHigh = sourceHigh;
        clientLow = sourceLow;
        destinationHigh = newDestinationHigh;
        destinationLow = newDestinationLow;
    }

    /// Reads the TCP header and its options; the checksum is not looked at.
    ///
    /// @param at where the TCP header begins in the packet's slab
    /// @param length TCP header and payload, bytes
    /// @return why the segment cannot be read, or null
    public @Nullable DropReason readTcp(ByteBuffer bytes, int at, int length) {
        if (length < TcpHeader.MIN_LENGTH) {
            return DropReason.TCP_HEADER_MALFORMED;
        }
        int headerLength = TcpHeader.headerLength(bytes, at);
        if (headerLength < TcpHeader.MIN_LENGTH || headerLength > length) {
            return DropReason.TCP_HEADER_MALFORMED;
        }
        tcpOffset = at;
        clientPort = TcpHeader.sourcePort(bytes, at);
        destinationPort = TcpHeader.destinationPort(bytes, at);
        seq = TcpHeader.sequenceNumber(bytes, at);
        ack = TcpHeader.acknowledgmentNumber(bytes, at);
        flags = TcpHeader.flags(bytes, at);
        window = TcpHeader.window(bytes, at);
        urgentPointer = TcpHeader.urgentPointer(bytes, at);
        payloadOffset = at + headerLength;
        payloadLength = length - headerLength;
        clearOptions();
        TcpOptions.parse(bytes, at + TcpHeader.MIN_LENGTH, headerLength - TcpHeader.MIN_LENGTH, this);
        return null;
    }

    /// The packet the segment came in.
    public InboundPacket packet() {
        InboundPacket present = packet;
        if (present == null) {
            throw new IllegalStateException("nothing was parsed yet");
        }
        return present;
    }

    /// The bytes of the packet's slab.
    public ByteBuffer bytes() {
        return packet().bytes();
    }

    /// Whether it came over IPv4.
    public boolean isIpv4() {
        return ipv4;
    }

    /// The source address, high half.
    public long clientHigh() {
        return clientHigh;
    }

    /// The source address, low half.
    public long clientLow() {
        return clientLow;
    }

    /// The source port, 0 to 65535.
    public int clientPort() {
        return clientPort;
    }

    /// The destination address, high half.
    public long destinationHigh() {
        return destinationHigh;
    }

    /// The destination address, low half.
    public long destinationLow() {
        return destinationLow;
    }

    /// The destination port, 0 to 65535.
    public int destinationPort() {
        return destinationPort;
    }

    /// The IPv4 time to live or the IPv6 hop limit, 0 to 255.
    public int hopLimit() {
        return hopLimit;
    }

    /// The IPv4 type of service or the IPv6 traffic class, 0 to 255; its two low bits are the ECN field (RFC 3168).
    public int trafficClass() {
        return trafficClass;
    }

    /// Where the IP header begins in the slab.
    public int ipOffset() {
        return packet().offset();
    }

    /// Where the TCP header begins in the slab.
    public int tcpOffset() {
        return tcpOffset;
    }

    /// SEG.SEQ; [#trimFront] moves it.
    public int seq() {
        return seq;
    }

    /// SEG.ACK; without meaning unless [#isAck()].
    public int ack() {
        return ack;
    }

    /// The flags, as in [TcpHeader]; trimming clears SYN and FIN.
    public int flags() {
        return flags;
    }

    /// Whether CWR is set.
    public boolean isCwr() {
        return (flags & TcpHeader.CWR) != 0;
    }

    /// Whether ECE is set.
    public boolean isEce() {
        return (flags & TcpHeader.ECE) != 0;
    }

    /// Whether URG is set.
    public boolean isUrg() {
        return (flags & TcpHeader.URG) != 0;
    }

    /// Whether ACK is set.
    public boolean isAck() {
        return (flags & TcpHeader.ACK) != 0;
    }

    /// Whether PSH is set.
    public boolean isPsh() {
        return (flags & TcpHeader.PSH) != 0;
    }

    /// Whether RST is set.
    public boolean isRst() {
        return (flags & TcpHeader.RST) != 0;
    }

    /// Whether SYN is set and was not trimmed.
    public boolean isSyn() {
        return (flags & TcpHeader.SYN) != 0;
    }

    /// Whether FIN is set and was not trimmed.
    public boolean isFin() {
        return (flags & TcpHeader.FIN) != 0;
    }

    /// The window field, unscaled, 0 to 65535.
    public int window() {
        return window;
    }

    /// The urgent pointer, 0 to 65535; without meaning unless [#isUrg()].
    public int urgentPointer() {
        return urgentPointer;
    }

    /// Where the payload begins in the slab; [#trimFront] moves it.
    public int payloadOffset() {
        return payloadOffset;
    }

    /// Payload bytes left after trimming, 0 to 65535.
    public int payloadLength() {
        return payloadLength;
    }

    /// SEG.LEN: payload, and one each for SYN and FIN (RFC 9293 §3.4).
    public int segmentLength() {
        return payloadLength + (isSyn() ? 1 : 0) + (isFin() ? 1 : 0);
    }

    /// SEG.SEQ + SEG.LEN: the first sequence number after the segment.
    public int endSeq() {
        return seq + segmentLength();
    }

    /// The MSS option, bytes, 0 to 65535 as sent, or [#NONE].
    public int maxSegmentSize() {
        return maxSegmentSize;
    }

    /// The window scale option, 0 to 14, or [#NONE]. More than 14 is read as 14 (RFC 7323 §2.3).
    public int windowScaleShift() {
        return windowScaleShift;
    }

    /// Whether the SACK-permitted option is there.
    public boolean isSackPermitted() {
        return sackPermitted;
    }

    /// Whether the timestamps option is there.
    public boolean hasTimestamps() {
        return timestamps;
    }

    /// TSval; 0 without the option.
    public int tsVal() {
        return tsVal;
    }

    /// TSecr; 0 without the option, and without meaning unless [#isAck()].
    public int tsEcr() {
        return tsEcr;
    }

    /// SACK blocks, 0 to [#MAX_SACK_BLOCKS], as sent: nothing about them was checked.
    public int sackCount() {
        return sackCount;
    }

    /// Left edge of SACK block `index`: its first sequence number.
    public int sackLeft(int index) {
        return sackEdges[2 * index];
    }

    /// Right edge of SACK block `index`: the first sequence number after it.
    public int sackRight(int index) {
        return sackEdges[2 * index + 1];
    }

    /// Cuts `count` sequence numbers off the front: SYN first, then payload, then FIN.
    ///
    /// @param count 0 to [#segmentLength()]
    public void trimFront(int count) {
        assert count >= 0 && count <= segmentLength();
        int left = count;
        seq += count;
        if (left > 0 && isSyn()) {
            flags &= ~TcpHeader.SYN;
            left--;
        }
        int cut = Math.min(left, payloadLength);
        payloadOffset += cut;
        payloadLength -= cut;
        if (left > cut) {
            flags &= ~TcpHeader.FIN;
        }
    }

    /// Cuts `count` sequence numbers off the end: FIN first, then payload, then SYN.
    ///
    /// @param count 0 to [#segmentLength()]
    public void trimBack(int count) {
        assert count >= 0 && count <= segmentLength();
        int left = count;
        if (left > 0 && isFin()) {
            flags &= ~TcpHeader.FIN;
            left--;
        }
        int cut = Math.min(left, payloadLength);
        payloadLength -= cut;
        if (left > cut) {
            flags &= ~TcpHeader.SYN;
        }
    }

    void clearOptions() {
        maxSegmentSize = NONE;
        windowScaleShift = NONE;
        sackPermitted = false;
        timestamps = false;
        tsVal = 0;
        tsEcr = 0;
        sackCount = 0;
    }

    void maxSegmentSize(int bytes) {
        maxSegmentSize = bytes;
    }

    void windowScaleShift(int shift) {
        windowScaleShift = shift;
    }

    void sackPermitted() {
        sackPermitted = true;
    }

    void timestamps(int value, int echo) {
        timestamps = true;
        tsVal = value;
        tsEcr = echo;
    }

    void addSackBlock(int left, int right) {
        if (sackCount < MAX_SACK_BLOCKS) {
            sackEdges[2 * sackCount] = left;
            sackEdges[2 * sackCount + 1] = right;
            sackCount++;
        }
    }
}
