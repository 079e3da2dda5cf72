// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GsoType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The TCP part of a [PacketBuilder]. Options are written in the order of the calls and padded with zeros.
///
/// Confined to one thread.
public final class TcpSegmentBuilder {
    private static final int HEADER_BYTES = 20;
    private static final int WRONG = 0x5a5a;

    private final PacketBuilder ip;
    private final ByteArrayOutputStream options = new ByteArrayOutputStream();
    private int seq;
    private int ack;
    private int flags;
    private int window = 65_535;
    private int urgentPointer;
    private int reserved;
    private int dataOffsetWords = -1;
    private boolean isPartial;
    private int checksumError;
    private byte[] payload = new byte[0];

    TcpSegmentBuilder(PacketBuilder ip) {
        this.ip = ip;
    }

    /// Sequence number.
    public TcpSegmentBuilder seq(int number) {
        seq = number;
        return this;
    }

    /// Acknowledgement number; sets the ACK flag.
    public TcpSegmentBuilder ack(int number) {
        ack = number;
        flags |= TcpFlag.ACK.bit();
        return this;
    }

    /// Adds flags by their letters, such as `PA`; see [TcpFlag].
    public TcpSegmentBuilder flags(String letters) {
        flags |= TcpFlag.parse(letters);
        return this;
    }

    /// Replaces all flags.
    public TcpSegmentBuilder flagBits(int bits) {
        flags = bits;
        return this;
    }

    /// The window field as it is on the wire, 0 to 65535.
    public TcpSegmentBuilder window(int field) {
        window = field;
        return this;
    }

    /// The urgent pointer; the flag must be set besides.
    public TcpSegmentBuilder urgentPointer(int offset) {
        urgentPointer = offset;
        return this;
    }

    /// The three reserved bits.
    public TcpSegmentBuilder reserved(int bits) {
        reserved = bits;
        return this;
    }

    /// Maximum segment size option (RFC 9293 §3.7.1).
    public TcpSegmentBuilder mss(int bytes) {
        return option(2, bytes >> 8, bytes & 0xff);
    }

    /// Window scale option (RFC 7323 §2).
    public TcpSegmentBuilder windowScale(int shift) {
        return option(3, shift);
    }

    /// SACK-permitted option (RFC 2018 §2).
    public TcpSegmentBuilder sackPermitted() {
        return option(4);
    }

    /// Adds a SACK option with these blocks, in this order.
    public TcpSegmentBuilder sack(List<SackBlock> blocks) {
        int[] edges = new int[2 * blocks.size()];
        for (int i = 0; i < blocks.size(); i++) {
            edges[2 * i] = blocks.get(i).leftSeq();
            edges[2 * i + 1] = blocks.get(i).rightSeq();
        }
        return sack(edges);
    }

    /// SACK option (RFC 2018 §3).
    ///
    /// @param edges left and right edge of each block in turn
    public TcpSegmentBuilder sack(int... edges) {
        byte[] content = new byte[4 * edges.length];
        ByteBuffer.wrap(content).asIntBuffer().put(edges);
        options.write(5);
        options.write(2 + content.length);
        options.writeBytes(content);
        return this;
    }

    /// Timestamps option (RFC 7323 §3).
    public TcpSegmentBuilder timestamps(int value, int echo) {
        options.write(8);
        options.write(10);
        options.writeBytes(ByteBuffer.allocate(8).putInt(value).putInt(echo).array());
        return this;
    }

    /// A no-operation option.
    public TcpSegmentBuilder nop() {
        options.write(1);
        return this;
    }

    /// The end-of-options option.
    public TcpSegmentBuilder endOfOptions() {
        options.write(0);
        return this;
    }

    /// Any option with a length that fits.
    public TcpSegmentBuilder option(int kind, int... content) {
        options.write(kind);
        options.write(2 + content.length);
        return rawOptions(content);
    }

    /// Any bytes where options stand, malformed ones for example.
    public TcpSegmentBuilder rawOptions(int... octets) {
        for (int octet : octets) {
            options.write(octet);
        }
        return this;
    }

    /// The payload.
    public TcpSegmentBuilder payload(byte[] bytes) {
        payload = bytes.clone();
        return this;
    }

    /// The payload in ASCII.
    public TcpSegmentBuilder payload(String text) {
        payload = text.getBytes(StandardCharsets.US_ASCII);
        return this;
    }

    /// Lies about where the payload begins, in words, 0 to 15.
    public TcpSegmentBuilder dataOffsetWords(int words) {
        dataOffsetWords = words;
        return this;
    }

    /// Writes only the pseudo-header sum into the checksum field, as a kernel does before offload.
    public TcpSegmentBuilder partialChecksum() {
        isPartial = true;
        return this;
    }

    /// Breaks the checksum.
    public TcpSegmentBuilder wrongChecksum() {
        checksumError = WRONG;
        return this;
    }

    /// The whole packet.
    public byte[] build() {
        int headerLength = HEADER_BYTES + (options.size() + 3 & ~3);
        byte[] bytes = new byte[headerLength + payload.length];
        ByteBuffer segment = ByteBuffer.wrap(bytes);
        segment.putShort((short) ip.source().getPort());
        segment.putShort((short) ip.destination().getPort());
        segment.putInt(seq).putInt(ack);
        int words = dataOffsetWords < 0 ? headerLength / 4 : dataOffsetWords;
        segment.putShort((short) (words << 12 | reserved << 9 | flags & 0x1ff));
        segment.putShort((short) window).putShort((short) 0).putShort((short) urgentPointer);
        segment.put(options.toByteArray());
        segment.put(headerLength, payload);
        NaiveChecksum sum = ip.pseudoHeader(IpProtocol.TCP, bytes.length);
        int checksum = isPartial ? sum.folded() : sum.add(bytes).checksum();
        segment.putShort(16, (short) (checksum ^ checksumError));
        return ip.wrap(IpProtocol.TCP, bytes);
    }

    /// The whole packet as a device delivers it.
    public SimPacket packet() {
        return new SimPacket(build(), isPartial ? ChecksumState.PARTIAL : ChecksumState.UNVERIFIED, GsoType.NONE, 0);
    }

    /// The whole packet as a super-segment with a partial checksum.
    ///
    /// @param gsoSizeBytes payload bytes per segment
    public SimPacket superSegment(int gsoSizeBytes) {
        partialChecksum();
        byte[] bytes = build();
        GsoType type = bytes[0] >> 4 == 4 ? GsoType.TCP_V4 : GsoType.TCP_V6;
        return new SimPacket(bytes, ChecksumState.PARTIAL, type, gsoSizeBytes);
    }
}
