// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import io.socks5tunnel.api.spi.InboundPacket;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What the network layer says about one received packet, the same for both families: the view that every transport
/// protocol starts from.
///
/// There is one per [IpInput]; it is valid until the next packet. Offsets are bytes from the beginning of the
/// packet's slab; addresses have the form of flow keys. Confined to one shard.
final class Datagram {
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

    /// What the payload is: a number of [io.socks5tunnel.stack.wire.IpProtocol], never one of an extension header.
    int protocol;

    /// Where the payload begins, behind all options and extension headers.
    int payloadOffset;

    /// Bytes of the payload; what the link added as padding is not counted.
    int payloadLength;

    /// Whether this is a piece of a larger datagram; the payload is that piece.
    boolean fragment;

    void begin(InboundPacket newPacket) {
        packet = newPacket;
        fragment = false;
    }

    InboundPacket packet() {
        InboundPacket present = packet;
        if (present == null) {
            throw new IllegalStateException("nothing was parsed yet");
        }
        return present;
    }

    ByteBuffer bytes() {
        return packet().bytes();
    }

    /// Whether source and destination are one address, which no packet that needs a tunnel can have: the land
    /// attack.
    boolean isToItself() {
        return sourceLow == destinationLow && sourceHigh == destinationHigh;
    }
}
