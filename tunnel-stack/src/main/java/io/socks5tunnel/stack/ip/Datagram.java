// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.stack.wire.InternetChecksum;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What the network layer says about one received packet, the same for both families: the view that every transport
/// protocol starts from.
///
/// There is one per [IpInput]; it is valid until the next packet. Offsets are bytes from the beginning of the
/// packet's slab; addresses have the form of flow keys. Confined to one shard.
public final class Datagram {
    private @Nullable InboundPacket packet;
    boolean ipv4;
    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;

    /// Time to live or hop limit.
    int hopLimit;

    /// Type of service or traffic class.
    int trafficClass;

    /// Never one of an extension header, but for a fragment, whose first bytes may be one.
    int protocol;

    int payloadOffset;

    /// What the link added as padding is not counted.
    int payloadLength;

    boolean fragment;

    /// Of a fragment: where its payload belongs in that of the whole, bytes, 0 to 65528.
    int fragmentOffset;

    /// Of a fragment: whether it is not the last one.
    boolean isMoreToCome;

    /// Of a fragment: what it shares with the others.
    int fragmentId;

    /// Of an IPv6 fragment: where the next header field is that names the fragment header, bytes from the IP
    /// header.
    int fragmentNamedAt;

    /// Where the IPv6 next header field is that names the payload, bytes from the IP header.
    int nextHeaderAt;

    /// What the sender is to be told about a packet that is dropped, or null.
    @Nullable
    IcmpProblem problem;

    /// Where in the packet the problem is, bytes from the IP header; 0 where the error does not say.
    int problemPointer;

    Datagram() {}

    void begin(InboundPacket newPacket) {
        packet = newPacket;
        fragment = false;
        problem = null;
        problemPointer = 0;
    }

    void problem(IcmpProblem newProblem, int pointer) {
        problem = newProblem;
        problemPointer = pointer;
    }

    /// The packet it came in, or the one that its fragments were put together to.
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

    /// Whether this is a piece of a larger datagram; the payload is that piece.
    public boolean isFragment() {
        return fragment;
    }

    /// What the payload is: a number of [io.socks5tunnel.stack.wire.IpProtocol].
    public int protocol() {
        return protocol;
    }

    /// The source address, high half.
    public long sourceHigh() {
        return sourceHigh;
    }

    /// The source address, low half.
    public long sourceLow() {
        return sourceLow;
    }

    /// The destination address, high half.
    public long destinationHigh() {
        return destinationHigh;
    }

    /// The destination address, low half.
    public long destinationLow() {
        return destinationLow;
    }

    /// Where the payload begins in the slab, behind all options and extension headers.
    public int payloadOffset() {
        return payloadOffset;
    }

    /// Bytes of the payload.
    public int payloadLength() {
        return payloadLength;
    }

    /// Whether the transport checksum over pseudo-header and payload is right, for protocols that sum both.
    ///
    /// @param length how much of the payload is summed, bytes; the pseudo-header says the same length
    public boolean isChecksumRight(int length) {
        long sum =
                InternetChecksum.pseudoHeader(sourceHigh, sourceLow, destinationHigh, destinationLow, protocol, length);
        sum += InternetChecksum.sum(bytes(), payloadOffset, length);
        return InternetChecksum.finish(sum) == 0;
    }

    /// Whether source and destination are one address, which no packet that needs a tunnel can have: the land
    /// attack.
    boolean isToItself() {
        return sourceLow == destinationLow && sourceHigh == destinationHigh;
    }
}
