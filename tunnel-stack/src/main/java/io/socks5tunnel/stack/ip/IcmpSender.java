// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.stack.DatagramRefusal;
import io.socks5tunnel.stack.PacketSink;
import io.socks5tunnel.stack.UdpDatagram;
import io.socks5tunnel.stack.wire.IcmpHeader;
import io.socks5tunnel.stack.wire.IpProtocol;
import io.socks5tunnel.stack.wire.Ipv4Header;
import io.socks5tunnel.stack.wire.Ipv6Header;
import io.socks5tunnel.stack.wire.UdpHeader;
import java.nio.ByteBuffer;

/// Tells clients by ICMP why a packet of theirs goes nowhere, within the rules: nothing about an ICMP error,
/// nothing about an IPv4 fragment but the first, nothing beyond [ErrorLimit] (RFC 1122 §3.2.2, RFC 4443 §2.4 e and
/// f). What is from or to a group of hosts never gets here, as [IpInput] drops it; so the two exceptions that RFC
/// 4443 §2.4 e.3 would allow are not used. Confined to one shard.
public final class IcmpSender {
    private static final int MIN_EXTENSION_LENGTH = 8;
    private static final int MAX_MTU_FIELD_IPV4 = 0xffff;

    private final PacketSink sink;
    private final OutboundPacket packet;
    private final int mtuBytes;
    private final ErrorLimit limit = new ErrorLimit();

    /// Sends to `sink`.
    ///
    /// @param packet what every packet is made in
    /// @param mtuBytes the device's MTU, bytes, 68 to 65535
    public IcmpSender(PacketSink sink, OutboundPacket packet, int mtuBytes) {
        this.sink = sink;
        this.packet = packet;
        this.mtuBytes = mtuBytes;
    }

    /// Tells that a datagram goes nowhere.
    public void refuse(UdpDatagram datagram, DatagramRefusal refusal, long nowNanos) {
        tell(IcmpProblem.of(refusal), 0, datagram.packet(), nowNanos);
    }

    /// The same, about a datagram whose packet lies at `[at, at + length)`.
    public void refuseLate(ByteBuffer about, int at, int length, DatagramRefusal refusal, long nowNanos) {
        tell(IcmpProblem.of(refusal), 0, about, at, length, nowNanos);
    }

    /// Tells that a datagram is too big to be carried.
    ///
    /// @param maxPayloadBytes the largest UDP payload that could have been carried
    public void refuseTooBig(UdpDatagram datagram, int maxPayloadBytes, long nowNanos) {
        InboundPacket about = datagram.packet();
        refuseLateTooBig(about.bytes(), about.offset(), about.length(), maxPayloadBytes, nowNanos);
    }

    /// The same, about a datagram whose packet lies at `[at, at + length)`.
    public void refuseLateTooBig(ByteBuffer about, int at, int length, int maxPayloadBytes, long nowNanos) {
        boolean isIpv4 = isIpv4(about, at);
        int headerBytes = isIpv4 ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH;
        int mtuBytes = maxPayloadBytes + UdpHeader.LENGTH + headerBytes;
        mtuBytes = isIpv4 ? Math.min(mtuBytes, MAX_MTU_FIELD_IPV4) : Math.max(mtuBytes, IpOutput.MIN_MTU_IPV6);
        tell(IcmpProblem.TOO_BIG, mtuBytes, about, at, length, nowNanos);
    }

    /// Tells what is wrong with a packet that [IpInput] or the protocol above has refused, if the sender is to
    /// know.
    public void tellProblem(Datagram datagram, long nowNanos) {
        IcmpProblem problem = datagram.problem;
        if (problem != null) {
            tell(problem, datagram.problemPointer, datagram.packet(), nowNanos);
        }
    }

    /// Tells that nobody here speaks the protocol of a packet (RFC 1122 §3.2.2.1, RFC 4443 §3.4).
    public void tellUnknownProtocol(Datagram datagram, long nowNanos) {
        if (datagram.isIpv4()) {
            tell(IcmpProblem.PROTOCOL_UNREACHABLE, 0, datagram.packet(), nowNanos);
        } else if (datagram.protocol() != IpProtocol.NO_NEXT_HEADER) {
            tell(IcmpProblem.NEXT_HEADER_UNKNOWN, datagram.nextHeaderAt, datagram.packet(), nowNanos);
        }
    }

    void tell(IcmpProblem problem, int rest, InboundPacket about, long nowNanos) {
        tell(problem, rest, about.bytes(), about.offset(), about.length(), nowNanos);
    }

    /// Tells `problem` about the packet at `[at, at + length)`, whose fixed header is there and whose addresses
    /// are good.
    void tell(IcmpProblem problem, int rest, ByteBuffer about, int at, int length, long nowNanos) {
        boolean isIpv4 = isIpv4(about, at);
        int ipLength =
                isIpv4 ? Ipv4Header.totalLength(about, at) : Ipv6Header.LENGTH + Ipv6Header.payloadLength(about, at);
        int end = at + Math.min(length, ipLength);
        boolean isAllowed = isIpv4 ? isAllowedAboutIpv4(about, at, end) : isAllowedAboutIpv6(about, at, end);
        if (isAllowed && limit.tryTake(nowNanos)) {
            IcmpErrors.write(problem, rest, about, at, end - at, mtuBytes, packet);
            sink.emit(packet);
        }
    }

    private static boolean isIpv4(ByteBuffer about, int at) {
        return (about.get(at) & 0xf0) == 0x40;
    }

    private static boolean isAllowedAboutIpv4(ByteBuffer about, int at, int end) {
        if ((Ipv4Header.fragmentField(about, at) & Ipv4Header.OFFSET_MASK) != 0) {
            return false;
        }
        int message = at + Ipv4Header.headerLength(about, at);
        return Ipv4Header.protocol(about, at) != IpProtocol.ICMP
                || message < end && !IcmpHeader.isError(IcmpHeader.type(about, message), true);
    }

    /// Looks for an ICMPv6 error behind the extension headers; what cannot be told is taken for one.
    private static boolean isAllowedAboutIpv6(ByteBuffer about, int at, int end) {
        int next = at + Ipv6Header.LENGTH;
        int protocol = Ipv6Header.nextHeader(about, at);
        while (Ipv6Input.isExtension(protocol) && next + MIN_EXTENSION_LENGTH <= end) {
            if (protocol == IpProtocol.FRAGMENT
                    && (Ipv6Header.fragmentField(about, next) & Ipv6Header.OFFSET_MASK) != 0) {
                return (about.get(next) & 0xff) != IpProtocol.ICMP_V6;
            }
            int length = Ipv6Input.lengthOf(about, next, protocol);
            protocol = about.get(next) & 0xff;
            next += length;
        }
        return protocol != IpProtocol.ICMP_V6 || next < end && !IcmpHeader.isError(IcmpHeader.type(about, next), false);
    }
}
