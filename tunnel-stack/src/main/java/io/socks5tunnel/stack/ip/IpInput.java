// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.stack.wire.InternetChecksum;
import io.socks5tunnel.stack.wire.IpProtocol;
import io.socks5tunnel.stack.wire.SegmentView;
import io.socks5tunnel.stack.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/// Checks what comes in, from the IP header to the transport checksum, and takes it apart. Confined to one shard.
///
/// Two steps: the network layer, one class per family, turns a packet into a [Datagram]; then each transport
/// protocol turns that into its own view. A super-segment takes the same way as an ordinary packet, for its headers
/// describe the whole of it.
public final class IpInput {
    private final Datagram datagram = new Datagram();

    /// Checks one packet and reads it into `into`.
    ///
    /// @return null if `into` now holds a good TCP segment, otherwise why the packet is dropped
    public @Nullable DropReason check(InboundPacket packet, SegmentView into) {
        datagram.begin(packet);
        DropReason reason = checkNetworkLayer(packet);
        if (reason != null) {
            return reason;
        }
        if (datagram.isToItself()) {
            return DropReason.IP_SOURCE_INVALID;
        }
        if (datagram.fragment) {
            return DropReason.IP_FRAGMENT;
        }
        return switch (datagram.protocol) {
            case IpProtocol.TCP -> checkTcp(into);
            case IpProtocol.UDP -> DropReason.UDP_NOT_RELAYED;
            case IpProtocol.ICMP -> datagram.ipv4 ? DropReason.ICMP_IGNORED : DropReason.PROTOCOL_UNKNOWN;
            case IpProtocol.ICMP_V6 -> datagram.ipv4 ? DropReason.PROTOCOL_UNKNOWN : DropReason.ICMP_IGNORED;
            default -> DropReason.PROTOCOL_UNKNOWN;
        };
    }

    private @Nullable DropReason checkNetworkLayer(InboundPacket packet) {
        if (packet.length() < 1) {
            return DropReason.IP_HEADER_MALFORMED;
        }
        return switch ((packet.bytes().get(packet.offset()) & 0xf0) >>> 4) {
            case 4 -> Ipv4Input.check(packet, datagram);
            case 6 -> Ipv6Input.check(packet, datagram);
            default -> DropReason.IP_VERSION_UNKNOWN;
        };
    }

    private @Nullable DropReason checkTcp(SegmentView into) {
        if (datagram.payloadLength < TcpHeader.MIN_LENGTH) {
            return DropReason.TCP_HEADER_MALFORMED;
        }
        if (datagram.packet().checksum() == ChecksumState.UNVERIFIED && !isChecksumRight()) {
            return DropReason.TCP_CHECKSUM;
        }
        into.network(datagram.packet(), datagram.ipv4, datagram.hopLimit, datagram.trafficClass);
        into.addresses(datagram.sourceHigh, datagram.sourceLow, datagram.destinationHigh, datagram.destinationLow);
        return into.readTcp(datagram.bytes(), datagram.payloadOffset, datagram.payloadLength);
    }

    private boolean isChecksumRight() {
        long sum = InternetChecksum.pseudoHeader(
                datagram.sourceHigh,
                datagram.sourceLow,
                datagram.destinationHigh,
                datagram.destinationLow,
                datagram.protocol,
                datagram.payloadLength);
        sum += InternetChecksum.sum(datagram.bytes(), datagram.payloadOffset, datagram.payloadLength);
        return InternetChecksum.finish(sum) == 0;
    }
}
