// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.stack.wire.InternetChecksum;
import io.socks5tunnel.stack.wire.Ipv4Header;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Checks an IPv4 header (RFC 791, RFC 1122 §3.2.1). Pure.
final class Ipv4Input {
    private static final int END_OF_OPTIONS = 0;
    private static final int NO_OPERATION = 1;
    private static final int LOOSE_SOURCE_ROUTE = 131;
    private static final int STRICT_SOURCE_ROUTE = 137;
    private static final int BROADCAST = 0xffff_ffff;

    private Ipv4Input() {}

    /// Checks the header of `packet` and notes in `into` what it says.
    ///
    /// @return why the packet is dropped, or null
    static @Nullable DropReason check(InboundPacket packet, Datagram into) {
        ByteBuffer bytes = packet.bytes();
        int at = packet.offset();
        if (packet.length() < Ipv4Header.MIN_LENGTH) {
            return DropReason.IP_HEADER_MALFORMED;
        }
        int headerLength = Ipv4Header.headerLength(bytes, at);
        if (headerLength < Ipv4Header.MIN_LENGTH || headerLength > packet.length()) {
            return DropReason.IP_HEADER_MALFORMED;
        }
        if (InternetChecksum.finish(InternetChecksum.sum(bytes, at, headerLength)) != 0) {
            return DropReason.IP_CHECKSUM;
        }
        int totalLength = Ipv4Header.totalLength(bytes, at);
        if (totalLength < headerLength) {
            return DropReason.IP_HEADER_MALFORMED;
        }
        if (totalLength > packet.length()) {
            return DropReason.IP_TRUNCATED;
        }
        into.ipv4 = true;
        into.hopLimit = Ipv4Header.timeToLive(bytes, at);
        into.trafficClass = Ipv4Header.typeOfService(bytes, at);
        into.protocol = Ipv4Header.protocol(bytes, at);
        into.payloadOffset = at + headerLength;
        into.payloadLength = totalLength - headerLength;
        noteFragment(bytes, at, into);
        DropReason reason = checkAddresses(bytes, at, into);
        return reason != null ? reason : checkOptions(bytes, at + Ipv4Header.MIN_LENGTH, at + headerLength, into);
    }

    private static void noteFragment(ByteBuffer bytes, int at, Datagram into) {
        into.fragment = Ipv4Header.isFragment(bytes, at);
        if (into.fragment) {
            int field = Ipv4Header.fragmentField(bytes, at);
            into.fragmentOffset = (field & Ipv4Header.OFFSET_MASK) * FragmentedDatagram.UNIT;
            into.isMoreToCome = (field & Ipv4Header.MORE_FRAGMENTS) != 0;
            into.fragmentId = Ipv4Header.identification(bytes, at);
        }
    }

    private static @Nullable DropReason checkAddresses(ByteBuffer bytes, int at, Datagram into) {
        int source = Ipv4Header.source(bytes, at);
        int destination = Ipv4Header.destination(bytes, at);
        if (!isUsable(source)) {
            return DropReason.IP_SOURCE_INVALID;
        }
        if (!isUsable(destination)) {
            return DropReason.IP_DESTINATION_INVALID;
        }
        into.sourceHigh = 0;
        into.sourceLow = Ipv4Header.mapped(source);
        into.destinationHigh = 0;
        into.destinationLow = Ipv4Header.mapped(destination);
        return null;
    }

    /// Whether one host can have the address and be reached at it from another: not `0/8`, not loopback, not
    /// multicast, not the limited broadcast (RFC 1122 §3.2.1.3). The rest of class E is in use in places, and
    /// passes.
    private static boolean isUsable(int address) {
        int first = address >>> 24;
        return first != 0 && first != 127 && (first & 0xf0) != 0xe0 && address != BROADCAST;
    }

    /// Options are passed over, but for source routes, which an end host must not follow and we refuse (RFC 1122
    /// §3.2.1.8).
    private static @Nullable DropReason checkOptions(ByteBuffer bytes, int at, int end, Datagram into) {
        int next = at;
        while (next < end) {
            int type = bytes.get(next) & 0xff;
            if (type == END_OF_OPTIONS) {
                return null;
            }
            if (type == NO_OPERATION) {
                next++;
                continue;
            }
            if (type == LOOSE_SOURCE_ROUTE || type == STRICT_SOURCE_ROUTE) {
                into.problem(IcmpProblem.SOURCE_ROUTE_FAILED, 0);
                return DropReason.IP_ROUTING_REFUSED;
            }
            int length = end - next < 2 ? 0 : bytes.get(next + 1) & 0xff;
            if (length < 2 || length > end - next) {
                return DropReason.IP_HEADER_MALFORMED;
            }
            next += length;
        }
        return null;
    }
}
