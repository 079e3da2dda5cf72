// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.udp;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.stack.UdpDatagram;
import io.socks5tunnel.stack.ip.Datagram;
import io.socks5tunnel.stack.wire.UdpHeader;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Checks UDP headers (RFC 768, RFC 1122 §4.1.3, RFC 8200 §8.1). Pure.
public final class UdpInput {
    private UdpInput() {}

    /// Checks the UDP datagram that `datagram` carries and shows it in `into`. What lies behind the UDP length is
    /// no part of it.
    ///
    /// @return why it is dropped, or null
    public static @Nullable DropReason read(Datagram datagram, UdpDatagram into) {
        ByteBuffer bytes = datagram.bytes();
        int at = datagram.payloadOffset();
        if (datagram.payloadLength() < UdpHeader.LENGTH) {
            return DropReason.UDP_MALFORMED;
        }
        int length = UdpHeader.length(bytes, at);
        if (length < UdpHeader.LENGTH || length > datagram.payloadLength() || !isKnownKind(datagram)) {
            return DropReason.UDP_MALFORMED;
        }
        if (!isChecksumRight(datagram, length)) {
            return DropReason.UDP_CHECKSUM;
        }
        into.show(datagram.packet(), at + UdpHeader.LENGTH, length - UdpHeader.LENGTH);
        into.client(datagram.sourceHigh(), datagram.sourceLow(), UdpHeader.sourcePort(bytes, at));
        into.destination(datagram.destinationHigh(), datagram.destinationLow(), UdpHeader.destinationPort(bytes, at));
        return null;
    }

    /// A super-segment is one of UDP.
    private static boolean isKnownKind(Datagram datagram) {
        GsoType type = datagram.packet().gsoType();
        return type == GsoType.NONE || type == GsoType.UDP_L4;
    }

    private static boolean isChecksumRight(Datagram datagram, int length) {
        if (datagram.packet().checksum() == ChecksumState.PARTIAL) {
            return true;
        }
        if (UdpHeader.checksum(datagram.bytes(), datagram.payloadOffset()) == 0) {
            return datagram.isIpv4();
        }
        return datagram.packet().checksum() == ChecksumState.VALID || datagram.isChecksumRight(length);
    }
}
