// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.InboundPacket;
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

    /// Nothing was checked yet.
    public IpInput() {}

    /// Checks the network layer of one packet, and shows in [#datagram()] what it says.
    ///
    /// @return why the packet is dropped, or null
    public @Nullable DropReason check(InboundPacket packet) {
        datagram.begin(packet);
        DropReason reason = checkNetworkLayer(packet);
        if (reason != null) {
            return reason;
        }
        return datagram.isToItself() ? DropReason.IP_SOURCE_INVALID : null;
    }

    /// The packet checked last.
    public Datagram datagram() {
        return datagram;
    }

    /// Checks the TCP segment in [#datagram()] and reads it into `into`.
    ///
    /// @return why the packet is dropped, or null
    public @Nullable DropReason readTcp(SegmentView into) {
        if (datagram.payloadLength < TcpHeader.MIN_LENGTH) {
            return DropReason.TCP_HEADER_MALFORMED;
        }
        if (datagram.packet().checksum() == ChecksumState.UNVERIFIED
                && !datagram.isChecksumRight(datagram.payloadLength)) {
            return DropReason.TCP_CHECKSUM;
        }
        into.network(datagram.packet(), datagram.ipv4, datagram.hopLimit, datagram.trafficClass);
        into.addresses(datagram.sourceHigh, datagram.sourceLow, datagram.destinationHigh, datagram.destinationLow);
        return into.readTcp(datagram.bytes(), datagram.payloadOffset, datagram.payloadLength);
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
}
