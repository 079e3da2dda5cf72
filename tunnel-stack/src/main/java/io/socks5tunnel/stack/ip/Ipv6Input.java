// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.stack.wire.IcmpHeader;
import io.socks5tunnel.stack.wire.IpProtocol;
import io.socks5tunnel.stack.wire.Ipv6Header;
import io.socks5tunnel.stack.wire.TcpHeader;
import io.socks5tunnel.stack.wire.UdpHeader;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Checks an IPv6 header and walks the extension headers behind it (RFC 8200 §3 and §4). Pure.
///
/// ```
/// hop-by-hop and destination options          routing
/// +------+------+-----------------------+     +------+------+------+------+----------+
/// | next | len  | options ...           |     | next | len  | type | left | ...      |
/// +------+------+-----------------------+     +------+------+------+------+----------+
/// len counts units of 8 bytes after the first 8; an option is its type, its length, its data
/// ```
final class Ipv6Input {
    /// Extension headers in one packet; Linux by default takes eight options, and no sender needs eight headers.
    static final int MAX_EXTENSION_HEADERS = 8;

    /// Bytes of extension headers in one packet. An ICMPv6 error about it then still has room for all of them.
    static final int MAX_EXTENSION_BYTES = 1024;

    private static final int MIN_EXTENSION_LENGTH = 8;
    private static final int PAD_1 = 0;
    private static final int UNKNOWN_OPTION_ACTION = 0xc0;
    private static final int UNKNOWN_OPTION_IS_TOLD = 0x80;
    private static final int NEXT_HEADER_OF_FIXED_HEADER = 6;
    private static final long MAPPED_PREFIX = 0xffff;
    private static final long LOOPBACK = 1;

    private Ipv6Input() {}

    /// Checks the headers of `packet` and notes in `into` what they say.
    ///
    /// @return why the packet is dropped, or null
    static @Nullable DropReason check(InboundPacket packet, Datagram into) {
        ByteBuffer bytes = packet.bytes();
        int at = packet.offset();
        if (packet.length() < Ipv6Header.LENGTH) {
            return DropReason.IP_HEADER_MALFORMED;
        }
        int payloadLength = Ipv6Header.payloadLength(bytes, at);
        if (payloadLength > packet.length() - Ipv6Header.LENGTH) {
            return DropReason.IP_TRUNCATED;
        }
        into.ipv4 = false;
        into.hopLimit = Ipv6Header.hopLimit(bytes, at);
        into.trafficClass = Ipv6Header.trafficClass(bytes, at);
        into.protocol = Ipv6Header.nextHeader(bytes, at);
        into.payloadOffset = at + Ipv6Header.LENGTH;
        into.payloadLength = payloadLength;
        into.nextHeaderAt = NEXT_HEADER_OF_FIXED_HEADER;
        DropReason reason = checkAddresses(bytes, at, into);
        return reason != null ? reason : walk(bytes, at, into);
    }

    private static @Nullable DropReason checkAddresses(ByteBuffer bytes, int at, Datagram into) {
        into.sourceHigh = Ipv6Header.sourceHigh(bytes, at);
        into.sourceLow = Ipv6Header.sourceLow(bytes, at);
        into.destinationHigh = Ipv6Header.destinationHigh(bytes, at);
        into.destinationLow = Ipv6Header.destinationLow(bytes, at);
        if (!isUsable(into.sourceHigh, into.sourceLow)) {
            return DropReason.IP_SOURCE_INVALID;
        }
        return isUsable(into.destinationHigh, into.destinationLow) ? null : DropReason.IP_DESTINATION_INVALID;
    }

    /// Whether one host can have the address and be reached at it from another: not `::`, not `::1`, not multicast
    /// (RFC 4291 §2.5.2, §2.5.3, §2.7), and not IPv4-mapped, which on the wire only serves to slip past rules
    /// made for IPv4.
    private static boolean isUsable(long high, long low) {
        boolean isMulticast = high >>> 56 == 0xff;
        boolean isMapped = high == 0 && low >>> 32 == MAPPED_PREFIX;
        boolean isUnspecifiedOrLoopback = high == 0 && (low == 0 || low == LOOPBACK);
        return !isMulticast && !isMapped && !isUnspecifiedOrLoopback;
    }

    /// Goes from header to header until a payload or a fragment is found; `into` moves along.
    private static @Nullable DropReason walk(ByteBuffer bytes, int ipAt, Datagram into) {
        int first = into.payloadOffset;
        for (int headers = 0; isExtension(into.protocol); headers++) {
            int at = into.payloadOffset;
            if (into.payloadLength < MIN_EXTENSION_LENGTH) {
                return DropReason.IP_HEADER_MALFORMED;
            }
            int length = lengthOf(bytes, at, into.protocol);
            if (length > into.payloadLength) {
                return DropReason.IP_HEADER_MALFORMED;
            }
            if (headers == MAX_EXTENSION_HEADERS || at + length - first > MAX_EXTENSION_BYTES) {
                return DropReason.IP_EXTENSION_REFUSED;
            }
            DropReason reason = checkExtension(bytes, ipAt, length, headers, into);
            if (reason != null) {
                return reason;
            }
            into.protocol = bytes.get(at) & 0xff;
            into.nextHeaderAt = at - ipAt;
            into.payloadOffset += length;
            into.payloadLength -= length;
            if (into.fragment) {
                return null;
            }
        }
        return null;
    }

    private static @Nullable DropReason checkExtension(
            ByteBuffer bytes, int ipAt, int length, int headersBefore, Datagram into) {
        int at = into.payloadOffset;
        return switch (into.protocol) {
            // Only directly behind the fixed header (RFC 8200 §4.1); elsewhere it is as good as unknown (§4).
            case IpProtocol.HOP_BY_HOP -> {
                if (headersBefore > 0) {
                    into.problem(IcmpProblem.NEXT_HEADER_UNKNOWN, into.nextHeaderAt);
                    yield DropReason.IP_EXTENSION_REFUSED;
                }
                yield checkOptions(bytes, ipAt, at + 2, at + length, into);
            }
            case IpProtocol.DESTINATION_OPTIONS -> checkOptions(bytes, ipAt, at + 2, at + length, into);
            case IpProtocol.ROUTING -> checkRouting(bytes, ipAt, at, into);
            default -> {
                noteFragment(bytes, at, into);
                yield null;
            }
        };
    }

    /// An atomic fragment is whole, and taken as if the header were not there (RFC 6946 §4).
    private static void noteFragment(ByteBuffer bytes, int at, Datagram into) {
        int field = Ipv6Header.fragmentField(bytes, at);
        into.fragmentOffset = field & Ipv6Header.OFFSET_MASK;
        into.isMoreToCome = (field & Ipv6Header.MORE_FRAGMENTS) != 0;
        into.fragment = into.fragmentOffset != 0 || into.isMoreToCome;
        into.fragmentId = Ipv6Header.fragmentIdentification(bytes, at);
        into.fragmentNamedAt = into.nextHeaderAt;
    }

    /// Whether a first fragment holds all headers up to and including that of the transport protocol (RFC 7112 §5).
    static boolean isChainComplete(Datagram first) {
        ByteBuffer bytes = first.bytes();
        int at = first.payloadOffset();
        int left = first.payloadLength();
        int protocol = first.protocol();
        for (int headers = 0; isExtension(protocol) && headers < MAX_EXTENSION_HEADERS; headers++) {
            int length = left < MIN_EXTENSION_LENGTH ? MIN_EXTENSION_LENGTH : lengthOf(bytes, at, protocol);
            if (length > left) {
                return false;
            }
            protocol = bytes.get(at) & 0xff;
            at += length;
            left -= length;
        }
        return switch (protocol) {
            case IpProtocol.TCP -> left >= TcpHeader.MIN_LENGTH && left >= TcpHeader.headerLength(bytes, at);
            case IpProtocol.UDP -> left >= UdpHeader.LENGTH;
            case IpProtocol.ICMP_V6 -> left >= IcmpHeader.LENGTH;
            default -> true;
        };
    }

    /// We have nowhere to route to. A route that is used up is passed over, whatever its type (RFC 8200 §4.4; for
    /// type 0 RFC 5095 §3 says the same).
    private static @Nullable DropReason checkRouting(ByteBuffer bytes, int ipAt, int at, Datagram into) {
        int segmentsLeft = bytes.get(at + 3);
        if (segmentsLeft == 0) {
            return null;
        }
        into.problem(IcmpProblem.HEADER_FIELD_WRONG, at + 2 - ipAt);
        return DropReason.IP_ROUTING_REFUSED;
    }

    /// No option matters to us; the two high bits of its type say whether the packet may be used all the same, and
    /// whether its sender is to hear of it (RFC 8200 §4.2).
    private static @Nullable DropReason checkOptions(ByteBuffer bytes, int ipAt, int at, int end, Datagram into) {
        int next = at;
        while (next < end) {
            int type = bytes.get(next) & 0xff;
            if (type == PAD_1) {
                next++;
                continue;
            }
            if (end - next < 2 || (bytes.get(next + 1) & 0xff) > end - next - 2) {
                return DropReason.IP_HEADER_MALFORMED;
            }
            if ((type & UNKNOWN_OPTION_ACTION) != 0) {
                if ((type & UNKNOWN_OPTION_IS_TOLD) != 0) {
                    into.problem(IcmpProblem.OPTION_UNKNOWN, next - ipAt);
                }
                return DropReason.IP_EXTENSION_REFUSED;
            }
            next += 2 + (bytes.get(next + 1) & 0xff);
        }
        return null;
    }

    /// Whether it is a header that this class passes over.
    static boolean isExtension(int protocol) {
        return protocol == IpProtocol.HOP_BY_HOP
                || protocol == IpProtocol.ROUTING
                || protocol == IpProtocol.FRAGMENT
                || protocol == IpProtocol.DESTINATION_OPTIONS;
    }

    /// Bytes of the extension header at `at`, of which the first two are there.
    static int lengthOf(ByteBuffer bytes, int at, int protocol) {
        return protocol == IpProtocol.FRAGMENT
                ? Ipv6Header.FRAGMENT_LENGTH
                : MIN_EXTENSION_LENGTH + 8 * (bytes.get(at + 1) & 0xff);
    }
}
