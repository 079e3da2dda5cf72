// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Writes IP packets, right ones and deliberately wrong ones, independently of the packet stack.
///
/// ```java
/// byte[] syn = PacketBuilder.between(client, server).tcp().flags("S").seq(1000).mss(1460).build();
/// ```
///
/// The IP version follows from the addresses. Confined to one thread.
public final class PacketBuilder {
    private static final int IPV4_HEADER_BYTES = 20;
    private static final int IPV6_HEADER_BYTES = 40;
    private static final int FRAGMENT_HEADER_BYTES = 8;
    private static final int DEFAULT_TTL = 64;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int MORE_FRAGMENTS = 0x2000;

    private final InetSocketAddress source;
    private final InetSocketAddress destination;
    private int version;
    private int ttl = DEFAULT_TTL;
    private int trafficClass;
    private int identification;
    private int fragmentField = DONT_FRAGMENT;
    private boolean isFragment;
    private byte[] extension = new byte[0];
    private int extensionType = -1;
    private int headerLengthWords = -1;
    private int totalLength = -1;
    private int headerChecksumError;
    private int trailingBytes;

    private PacketBuilder(InetSocketAddress source, InetSocketAddress destination) {
        this.source = source;
        this.destination = destination;
        version = sourceBytes().length == 4 ? 4 : 6;
    }

    /// Begins a packet between two sockets of one address family.
    public static PacketBuilder between(InetSocketAddress source, InetSocketAddress destination) {
        return new PacketBuilder(source, destination);
    }

    /// Time to live or hop limit, 0 to 255; 64 otherwise.
    public PacketBuilder ttl(int hops) {
        ttl = hops;
        return this;
    }

    /// Type of service or traffic class, 0 to 255.
    public PacketBuilder trafficClass(int octet) {
        trafficClass = octet;
        return this;
    }

    /// The identification field (IPv4: 16 bits) or that of the fragment header (IPv6: 32 bits).
    public PacketBuilder identification(int number) {
        identification = number;
        return this;
    }

    /// Makes this a fragment.
    ///
    /// @param offsetBytes where its data belongs, a multiple of 8
    /// @param more whether further fragments follow
    public PacketBuilder fragment(int offsetBytes, boolean more) {
        isFragment = true;
        fragmentField =
                version == 4 ? offsetBytes >> 3 | (more ? MORE_FRAGMENTS : 0) : offsetBytes & 0xfff8 | (more ? 1 : 0);
        return this;
    }

    /// Lets an IPv4 packet be fragmented on its way, which is forbidden otherwise.
    public PacketBuilder mayFragment() {
        fragmentField &= ~DONT_FRAGMENT;
        return this;
    }

    /// IPv4 options; the header is padded to whole words with zeros.
    public PacketBuilder ipv4Options(int... octets) {
        extension = new byte[octets.length + 3 & ~3];
        for (int i = 0; i < octets.length; i++) {
            extension[i] = (byte) octets[i];
        }
        return this;
    }

    /// One IPv6 extension header; its next-header byte is filled in, the rest is taken as it is.
    public PacketBuilder ipv6Extension(int type, byte[] header) {
        extensionType = type;
        extension = header.clone();
        return this;
    }

    /// Lies about the version, 0 to 15.
    public PacketBuilder version(int number) {
        version = number;
        return this;
    }

    /// Lies about the IPv4 header length, in words, 0 to 15.
    public PacketBuilder headerLengthWords(int words) {
        headerLengthWords = words;
        return this;
    }

    /// Lies about the IPv4 total length or the IPv6 payload length, bytes.
    public PacketBuilder totalLength(int bytes) {
        totalLength = bytes;
        return this;
    }

    /// Breaks the IPv4 header checksum.
    public PacketBuilder wrongHeaderChecksum() {
        headerChecksumError = 0x1234;
        return this;
    }

    /// Appends bytes that no length counts, as link layers pad.
    public PacketBuilder padding(int bytes) {
        trailingBytes = bytes;
        return this;
    }

    /// Goes on with a TCP segment.
    public TcpSegmentBuilder tcp() {
        return new TcpSegmentBuilder(this);
    }

    /// Goes on with a UDP datagram.
    public UdpDatagramBuilder udp() {
        return new UdpDatagramBuilder(this);
    }

    /// Ends with an ICMP or ICMPv6 message of the given type and code.
    ///
    /// @param rest everything behind the checksum
    public byte[] icmp(int type, int code, byte[] rest) {
        byte[] message = new byte[4 + rest.length];
        message[0] = (byte) type;
        message[1] = (byte) code;
        System.arraycopy(rest, 0, message, 4, rest.length);
        boolean isIpv4 = sourceBytes().length == 4;
        NaiveChecksum sum = isIpv4 ? new NaiveChecksum() : pseudoHeader(IpProtocol.ICMPV6, message.length);
        ByteBuffer.wrap(message).putShort(2, (short) sum.add(message).checksum());
        return wrap(isIpv4 ? IpProtocol.ICMP : IpProtocol.ICMPV6, message);
    }

    /// Ends with any payload of any protocol.
    public byte[] wrap(int protocol, byte[] payload) {
        return sourceBytes().length == 4 ? wrapIpv4(protocol, payload) : wrapIpv6(protocol, payload);
    }

    /// Cuts a whole packet into fragments (RFC 791 §3.2, RFC 8200 §4.5).
    ///
    /// @param packet without extension headers or IPv4 options
    /// @param mtuBytes the most bytes per fragment, headers included
    public static List<byte[]> fragments(byte[] packet, int mtuBytes, int identification) {
        ParsedPacket parsed = ParsedPacket.parse(packet);
        boolean isIpv4 = parsed.version() == 4;
        int headerLength = isIpv4 ? IPV4_HEADER_BYTES : IPV6_HEADER_BYTES;
        int room = mtuBytes - headerLength - (isIpv4 ? 0 : FRAGMENT_HEADER_BYTES) & ~7;
        InetSocketAddress from = new InetSocketAddress(parsed.source(), 0);
        InetSocketAddress to = new InetSocketAddress(parsed.destination(), 0);
        List<byte[]> fragments = new ArrayList<>();
        for (int at = headerLength; at < packet.length; at += room) {
            int length = Math.min(room, packet.length - at);
            byte[] data = new byte[length];
            System.arraycopy(packet, at, data, 0, length);
            fragments.add(between(from, to)
                    .ttl(parsed.ttl())
                    .identification(identification)
                    .fragment(at - headerLength, at + length < packet.length)
                    .wrap(parsed.protocol(), data));
        }
        return fragments;
    }

    InetSocketAddress source() {
        return source;
    }

    InetSocketAddress destination() {
        return destination;
    }

    NaiveChecksum pseudoHeader(int protocol, int length) {
        return NaiveChecksum.pseudoHeader(sourceBytes(), destinationBytes(), protocol, length);
    }

    private byte[] wrapIpv4(int protocol, byte[] payload) {
        int headerLength = IPV4_HEADER_BYTES + extension.length;
        int length = headerLength + payload.length;
        ByteBuffer packet = ByteBuffer.allocate(length + trailingBytes);
        packet.put((byte) (version << 4 | (headerLengthWords < 0 ? headerLength / 4 : headerLengthWords)));
        packet.put((byte) trafficClass);
        packet.putShort((short) (totalLength < 0 ? length : totalLength));
        packet.putShort((short) identification).putShort((short) fragmentField);
        packet.put((byte) ttl).put((byte) protocol).putShort((short) 0);
        packet.put(sourceBytes()).put(destinationBytes()).put(extension).put(payload);
        int checksum = new NaiveChecksum().add(packet.array(), 0, headerLength).checksum();
        packet.putShort(10, (short) (checksum ^ headerChecksumError));
        return packet.array();
    }

    private byte[] wrapIpv6(int protocol, byte[] payload) {
        int fragmentBytes = isFragment ? FRAGMENT_HEADER_BYTES : 0;
        int length = extension.length + fragmentBytes + payload.length;
        ByteBuffer packet = ByteBuffer.allocate(IPV6_HEADER_BYTES + length + trailingBytes);
        packet.putInt(version << 28 | trafficClass << 20);
        packet.putShort((short) (totalLength < 0 ? length : totalLength));
        int afterExtension = isFragment ? IpProtocol.IPV6_FRAGMENT : protocol;
        packet.put((byte) (extensionType < 0 ? afterExtension : extensionType)).put((byte) ttl);
        packet.put(sourceBytes()).put(destinationBytes());
        if (extension.length > 0) {
            packet.put((byte) afterExtension).put(extension, 1, extension.length - 1);
        }
        if (isFragment) {
            packet.put((byte) protocol).put((byte) 0).putShort((short) fragmentField);
            packet.putInt(identification);
        }
        return packet.put(payload).array();
    }

    private byte[] sourceBytes() {
        return source.getAddress().getAddress();
    }

    private byte[] destinationBytes() {
        return destination.getAddress().getAddress();
    }
}
