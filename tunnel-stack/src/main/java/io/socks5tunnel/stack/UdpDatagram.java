// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.Slab;
import org.jspecify.annotations.Nullable;

/// One checked UDP datagram from a client, whole: put together if it came in fragments.
///
/// There is one per stack; it is valid during [FlowListener#onDatagram], and owns nothing. Addresses have the form
/// of flow keys. Confined to one shard.
public final class UdpDatagram {
    private @Nullable InboundPacket packet;
    private long clientHigh;
    private long clientLow;
    private int clientPort;
    private long destinationHigh;
    private long destinationLow;
    private int destinationPort;
    private int payloadOffset;
    private int payloadLength;

    /// A view of nothing, which the stack that owns it fills.
    public UdpDatagram() {}

    /// Shows another datagram. Only stacks and tests call this.
    ///
    /// @param newPayloadOffset bytes from the beginning of the packet's slab
    /// @param newPayloadLength bytes, 0 to 65527
    public void show(InboundPacket newPacket, int newPayloadOffset, int newPayloadLength) {
        packet = newPacket;
        payloadOffset = newPayloadOffset;
        payloadLength = newPayloadLength;
    }

    /// Says who sent it.
    public void client(long high, long low, int port) {
        clientHigh = high;
        clientLow = low;
        clientPort = port;
    }

    /// Says where it goes.
    public void destination(long high, long low, int port) {
        destinationHigh = high;
        destinationLow = low;
        destinationPort = port;
    }

    /// The packet that carries it: the one that was received, or the one that the fragments made. For other shards.
    public InboundPacket packet() {
        InboundPacket present = packet;
        if (present == null) {
            throw new IllegalStateException("nothing was received yet");
        }
        return present;
    }

    /// The slab the payload lies in.
    public Slab slab() {
        return packet().slab();
    }

    /// Where the payload begins in the slab, bytes.
    public int payloadOffset() {
        return payloadOffset;
    }

    /// Bytes, 0 to 65527.
    public int payloadLength() {
        return payloadLength;
    }

    /// If not 0, the payload is several datagrams of this many bytes each, of which the last may be shorter (virtio
    /// `UDP_L4`).
    public int segmentBytes() {
        return packet().gsoSizeBytes();
    }

    /// The flow it belongs to. Allocates.
    public ClientSource source() {
        return new ClientSource(clientHigh, clientLow, clientPort);
    }

    /// Upper half of the client's address.
    public long clientHigh() {
        return clientHigh;
    }

    /// Lower half of the client's address.
    public long clientLow() {
        return clientLow;
    }

    /// 0 to 65535.
    public int clientPort() {
        return clientPort;
    }

    /// Upper half of the destination's address.
    public long destinationHigh() {
        return destinationHigh;
    }

    /// Lower half of the destination's address.
    public long destinationLow() {
        return destinationLow;
    }

    /// 0 to 65535.
    public int destinationPort() {
        return destinationPort;
    }

    /// Whether it came over IPv4.
    public boolean isIpv4() {
        return destinationHigh == 0 && destinationLow >>> 32 == 0xffff;
    }
}
