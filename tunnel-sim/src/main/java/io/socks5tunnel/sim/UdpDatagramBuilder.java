// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The UDP part of a [PacketBuilder]. Confined to one thread.
public final class UdpDatagramBuilder {
    private static final int HEADER_BYTES = 8;
    private static final int WRONG = 0x5a5a;

    private enum Checksum {
        RIGHT,
        WRONG,
        ABSENT,
        PARTIAL
    }

    private final PacketBuilder ip;
    private Checksum kind = Checksum.RIGHT;
    private int length = -1;
    private byte[] payload = new byte[0];

    UdpDatagramBuilder(PacketBuilder ip) {
        this.ip = ip;
    }

    /// The payload.
    public UdpDatagramBuilder payload(byte[] bytes) {
        payload = bytes.clone();
        return this;
    }

    /// The payload in ASCII.
    public UdpDatagramBuilder payload(String text) {
        payload = text.getBytes(StandardCharsets.US_ASCII);
        return this;
    }

    /// Lies about the length field, bytes.
    public UdpDatagramBuilder length(int bytes) {
        length = bytes;
        return this;
    }

    /// Sends no checksum, which IPv4 allows (RFC 768).
    public UdpDatagramBuilder noChecksum() {
        kind = Checksum.ABSENT;
        return this;
    }

    /// Writes only the pseudo-header sum into the checksum field, as a kernel does before offload.
    public UdpDatagramBuilder partialChecksum() {
        kind = Checksum.PARTIAL;
        return this;
    }

    /// Breaks the checksum.
    public UdpDatagramBuilder wrongChecksum() {
        kind = Checksum.WRONG;
        return this;
    }

    /// The whole packet.
    public byte[] build() {
        byte[] bytes = new byte[HEADER_BYTES + payload.length];
        ByteBuffer datagram = ByteBuffer.wrap(bytes);
        datagram.putShort((short) ip.source().getPort());
        datagram.putShort((short) ip.destination().getPort());
        datagram.putShort((short) (length < 0 ? bytes.length : length)).putShort((short) 0);
        datagram.put(payload);
        datagram.putShort(6, (short) checksum(bytes));
        return ip.wrap(IpProtocol.UDP, bytes);
    }

    private int checksum(byte[] datagram) {
        NaiveChecksum sum = ip.pseudoHeader(IpProtocol.UDP, datagram.length);
        return switch (kind) {
            case ABSENT -> 0;
            case PARTIAL -> sum.folded();
            case RIGHT -> unlessZero(sum.add(datagram).checksum());
            case WRONG -> unlessZero(sum.add(datagram).checksum() ^ WRONG);
        };
    }

    /// A computed zero is sent as all ones, since zero means that there is no checksum (RFC 768).
    private static int unlessZero(int checksum) {
        return checksum == 0 ? 0xffff : checksum;
    }
}
