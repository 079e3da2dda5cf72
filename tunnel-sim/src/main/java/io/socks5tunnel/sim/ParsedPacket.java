// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.spi.ChecksumState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// A strict reader of IP packets, independent of the packet stack: it judges what the stack emits.
///
/// It never throws on account of a packet; what is wrong is in [#faults()]. Fields of layers that are not there are
/// 0. Not changed after parsing.
public final class ParsedPacket {
    private static final int IPV6_HEADER_BYTES = 40;

    private final byte[] bytes;
    private final ChecksumState checksumState;
    private final List<String> faults = new ArrayList<>();
    private int version;
    private InetAddress source = new InetSocketAddress(0).getAddress();
    private InetAddress destination = source;
    private int ttl;
    private int protocol;
    private int identification;
    private boolean isFragment;
    private boolean hasMoreFragments;
    private int fragmentOffset;
    private int transportOffset;
    private int end;
    private int payloadOffset;
    private int sourcePort;
    private int destinationPort;
    private int seq;
    private int ack;
    private int flags;
    private int window;
    private int urgentPointer;
    private TcpOptions options = TcpOptions.NONE;
    private int icmpType;
    private int icmpCode;

    private ParsedPacket(byte[] bytes, ChecksumState checksumState) {
        this.bytes = bytes;
        this.checksumState = checksumState;
    }

    /// Parses a packet with complete checksums.
    public static ParsedPacket parse(byte[] bytes) {
        return parse(SimPacket.of(bytes));
    }

    /// Parses a packet; its checksum must be as its offload data says.
    public static ParsedPacket parse(SimPacket packet) {
        ParsedPacket parsed = new ParsedPacket(packet.bytes(), packet.checksum());
        parsed.parseIp();
        return parsed;
    }

    /// Everything that is wrong, in words; empty for a sound packet.
    public List<String> faults() {
        return List.copyOf(faults);
    }

    /// This packet, if it is sound.
    ///
    /// @throws IllegalStateException naming what is wrong and the packet in hexadecimal
    public ParsedPacket requireSound() {
        if (!faults.isEmpty()) {
            throw new IllegalStateException(
                    faults + " in " + HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 120)));
        }
        return this;
    }

    /// 4 or 6.
    public int version() {
        return version;
    }

    /// Who sent it.
    public InetAddress source() {
        return source;
    }

    /// To whom.
    public InetAddress destination() {
        return destination;
    }

    /// The sender with its TCP or UDP port.
    public InetSocketAddress sourceSocket() {
        return new InetSocketAddress(source, sourcePort);
    }

    /// The receiver with its TCP or UDP port.
    public InetSocketAddress destinationSocket() {
        return new InetSocketAddress(destination, destinationPort);
    }

    /// Time to live or hop limit.
    public int ttl() {
        return ttl;
    }

    /// The transport protocol; see [IpProtocol].
    public int protocol() {
        return protocol;
    }

    /// The identification of the IPv4 header or of the IPv6 fragment header.
    public int identification() {
        return identification;
    }

    /// Whether it is a part of a packet; transport fields are not parsed then.
    public boolean isFragment() {
        return isFragment;
    }

    /// Whether further fragments follow.
    public boolean hasMoreFragments() {
        return hasMoreFragments;
    }

    /// Where the fragment's data belongs, bytes.
    public int fragmentOffset() {
        return fragmentOffset;
    }

    /// Whether it is a TCP segment in full.
    public boolean isTcp() {
        return protocol == IpProtocol.TCP && !isFragment;
    }

    /// Whether it is a UDP datagram in full.
    public boolean isUdp() {
        return protocol == IpProtocol.UDP && !isFragment;
    }

    /// Whether it is ICMP or ICMPv6.
    public boolean isIcmp() {
        return (protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6) && !isFragment;
    }

    /// TCP or UDP source port.
    public int sourcePort() {
        return sourcePort;
    }

    /// TCP or UDP destination port.
    public int destinationPort() {
        return destinationPort;
    }

    /// TCP sequence number.
    public int seq() {
        return seq;
    }

    /// TCP acknowledgement number.
    public int ack() {
        return ack;
    }

    /// TCP flags; see [TcpFlag].
    public int flags() {
        return flags;
    }

    /// Whether a TCP flag is set.
    public boolean has(TcpFlag flag) {
        return flag.isIn(flags);
    }

    /// TCP window field, not scaled.
    public int window() {
        return window;
    }

    /// TCP urgent pointer.
    public int urgentPointer() {
        return urgentPointer;
    }

    /// TCP options.
    public TcpOptions options() {
        return options;
    }

    /// ICMP type.
    public int icmpType() {
        return icmpType;
    }

    /// ICMP code.
    public int icmpCode() {
        return icmpCode;
    }

    /// The four bytes behind ICMP's checksum: identifier and sequence number of an echo, the MTU of an error.
    public int icmpRest() {
        return ByteBuffer.wrap(bytes).getInt(payloadOffset - Integer.BYTES);
    }

    /// Where the transport payload begins, bytes from the IP header.
    public int payloadOffset() {
        return payloadOffset;
    }

    /// Transport payload, bytes; none where the headers were not understood.
    public int payloadLength() {
        return Math.max(0, end - payloadOffset);
    }

    /// A copy of the transport payload.
    public byte[] payload() {
        return Arrays.copyOfRange(bytes, payloadOffset, payloadOffset + payloadLength());
    }

    /// The sequence space that a TCP segment takes: payload, SYN and FIN.
    public int sequenceLength() {
        return payloadLength() + (has(TcpFlag.SYN) ? 1 : 0) + (has(TcpFlag.FIN) ? 1 : 0);
    }

    /// The IP packet's length as its header says, bytes.
    public int length() {
        return end;
    }

    private void parseIp() {
        end = bytes.length;
        payloadOffset = bytes.length;
        if (bytes.length == 0) {
            faults.add("empty packet");
            return;
        }
        version = bytes[0] >> 4 & 0xf;
        ByteBuffer in = ByteBuffer.wrap(bytes);
        boolean isReadable = switch (version) {
            case 4 -> parseIpv4(in);
            case 6 -> parseIpv6(in);
            default -> fault("IP version " + version);
        };
        if (!isReadable) {
            return;
        }
        payloadOffset = transportOffset;
        if (isFragment) {
            return;
        }
        switch (protocol) {
            case IpProtocol.TCP -> parseTcp(in);
            case IpProtocol.UDP -> parseUdp(in);
            case IpProtocol.ICMP, IpProtocol.ICMPV6 -> parseIcmp(in);
            default -> {}
        }
    }

    private boolean parseIpv4(ByteBuffer in) {
        int headerLength = (bytes[0] & 0xf) * 4;
        if (headerLength < 20 || bytes.length < headerLength) {
            return fault("IPv4 header of " + headerLength + " bytes in a packet of " + bytes.length);
        }
        int totalLength = Short.toUnsignedInt(in.getShort(2));
        if (totalLength < headerLength || totalLength > bytes.length) {
            return fault("IPv4 total length " + totalLength + " in a packet of " + bytes.length);
        }
        if (totalLength < bytes.length) {
            fault("trailing bytes: " + (bytes.length - totalLength));
        }
        if (new NaiveChecksum().add(bytes, 0, headerLength).folded() != 0xffff) {
            fault("IPv4 header checksum");
        }
        end = totalLength;
        identification = Short.toUnsignedInt(in.getShort(4));
        int fragmentField = in.getShort(6);
        hasMoreFragments = (fragmentField & 0x2000) != 0;
        fragmentOffset = (fragmentField & 0x1fff) << 3;
        isFragment = hasMoreFragments || fragmentOffset != 0;
        ttl = Byte.toUnsignedInt(bytes[8]);
        protocol = Byte.toUnsignedInt(bytes[9]);
        source = address(12, 4);
        destination = address(16, 4);
        transportOffset = headerLength;
        return true;
    }

    private boolean parseIpv6(ByteBuffer in) {
        if (bytes.length < IPV6_HEADER_BYTES) {
            return fault("IPv6 packet of " + bytes.length + " bytes");
        }
        end = IPV6_HEADER_BYTES + Short.toUnsignedInt(in.getShort(4));
        if (end > bytes.length) {
            end = bytes.length;
            return fault("IPv6 payload length " + in.getShort(4) + " in a packet of " + bytes.length);
        }
        if (end < bytes.length) {
            fault("trailing bytes: " + (bytes.length - end));
        }
        protocol = Byte.toUnsignedInt(bytes[6]);
        ttl = Byte.toUnsignedInt(bytes[7]);
        source = address(8, 16);
        destination = address(24, 16);
        transportOffset = IPV6_HEADER_BYTES;
        return skipExtensions(in);
    }

    private boolean skipExtensions(ByteBuffer in) {
        while (true) {
            boolean isFragmentHeader = protocol == IpProtocol.IPV6_FRAGMENT;
            boolean isOther = protocol == 0 || protocol == 43 || protocol == 60;
            if (!isFragmentHeader && !isOther) {
                return true;
            }
            int at = transportOffset;
            int length = at + 8 > end ? 0 : isFragmentHeader ? 8 : 8 + 8 * Byte.toUnsignedInt(bytes[at + 1]);
            if (length == 0 || at + length > end) {
                return fault("IPv6 extension header " + protocol + " past the end");
            }
            if (isFragmentHeader) {
                int field = Short.toUnsignedInt(in.getShort(at + 2));
                fragmentOffset = field & 0xfff8;
                hasMoreFragments = (field & 1) != 0;
                isFragment = true;
                identification = in.getInt(at + 4);
            }
            protocol = Byte.toUnsignedInt(bytes[at]);
            transportOffset += length;
        }
    }

    private void parseTcp(ByteBuffer in) {
        int at = transportOffset;
        if (end - at < 20) {
            fault("TCP segment of " + (end - at) + " bytes");
            return;
        }
        sourcePort = Short.toUnsignedInt(in.getShort(at));
        destinationPort = Short.toUnsignedInt(in.getShort(at + 2));
        seq = in.getInt(at + 4);
        ack = in.getInt(at + 8);
        int field = Short.toUnsignedInt(in.getShort(at + 12));
        int headerLength = (field >> 12) * 4;
        flags = field & 0x1ff;
        window = Short.toUnsignedInt(in.getShort(at + 14));
        urgentPointer = Short.toUnsignedInt(in.getShort(at + 18));
        checkTransportChecksum(in, at + 16);
        if (headerLength < 20 || at + headerLength > end) {
            fault("TCP header of " + headerLength + " bytes in a segment of " + (end - at));
            return;
        }
        if ((field & 0xe00) != 0) {
            fault("reserved bits are set");
        }
        payloadOffset = at + headerLength;
        options = TcpOptions.parse(in.slice(at + 20, headerLength - 20), faults);
        checkOptions();
    }

    private void checkOptions() {
        boolean isSyn = has(TcpFlag.SYN);
        if (!isSyn && (options.mss() >= 0 || options.windowScale() >= 0 || options.sackPermitted())) {
            fault("an option that only a SYN may carry");
        }
        if (isSyn && !options.sackBlocks().isEmpty()) {
            fault("SACK on a SYN");
        }
        if (!has(TcpFlag.ACK) && ack != 0) {
            fault("an acknowledgement number without ACK");
        }
        List<SackBlock> blocks = options.sackBlocks();
        for (int i = 0; i < blocks.size(); i++) {
            SackBlock block = blocks.get(i);
            if (block.rightSeq() - block.leftSeq() <= 0) {
                fault("SACK block that is empty or reversed");
            }
            // the first block may be a DSACK: below the acknowledgement number, or inside the second one (RFC 2883
            // §4)
            if (i > 0 && block.leftSeq() - ack <= 0) {
                fault("SACK block " + i + " not beyond the acknowledgement number");
            }
            for (int j = 1; j < i; j++) {
                if (overlaps(block, blocks.get(j))) {
                    fault("SACK blocks " + j + " and " + i + " overlap");
                }
            }
        }
    }

    private static boolean overlaps(SackBlock one, SackBlock other) {
        return one.leftSeq() - other.rightSeq() < 0 && other.leftSeq() - one.rightSeq() < 0;
    }

    private void parseUdp(ByteBuffer in) {
        int at = transportOffset;
        if (end - at < 8) {
            fault("UDP datagram of " + (end - at) + " bytes");
            return;
        }
        sourcePort = Short.toUnsignedInt(in.getShort(at));
        destinationPort = Short.toUnsignedInt(in.getShort(at + 2));
        int length = Short.toUnsignedInt(in.getShort(at + 4));
        payloadOffset = at + 8;
        if (length != end - at) {
            fault("UDP length " + length + " in an IP payload of " + (end - at));
        }
        if (in.getShort(at + 6) == 0) {
            if (version == 6) {
                fault("UDP over IPv6 without checksum");
            }
            return;
        }
        checkTransportChecksum(in, at + 6);
    }

    private void parseIcmp(ByteBuffer in) {
        int at = transportOffset;
        if (end - at < 8) {
            fault("ICMP message of " + (end - at) + " bytes");
            return;
        }
        icmpType = Byte.toUnsignedInt(in.get(at));
        icmpCode = Byte.toUnsignedInt(in.get(at + 1));
        payloadOffset = at + 8;
        if ((protocol == IpProtocol.ICMP) != (version == 4)) {
            fault("ICMP of the other IP version");
        }
        NaiveChecksum sum = version == 4 ? new NaiveChecksum() : pseudoHeader();
        if (sum.add(bytes, at, end - at).folded() != 0xffff) {
            fault("ICMP checksum");
        }
    }

    private void checkTransportChecksum(ByteBuffer in, int fieldAt) {
        if (checksumState == ChecksumState.PARTIAL) {
            if (Short.toUnsignedInt(in.getShort(fieldAt)) != pseudoHeader().folded()) {
                fault("partial checksum is not the sum of the pseudo-header");
            }
        } else if (pseudoHeader()
                        .add(bytes, transportOffset, end - transportOffset)
                        .folded()
                != 0xffff) {
            fault("transport checksum");
        }
    }

    private NaiveChecksum pseudoHeader() {
        return NaiveChecksum.pseudoHeader(
                source.getAddress(), destination.getAddress(), protocol, end - transportOffset);
    }

    private InetAddress address(int at, int length) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, at, at + length));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are always an address", e);
        }
    }

    private boolean fault(String what) {
        faults.add(what);
        return false;
    }
}
