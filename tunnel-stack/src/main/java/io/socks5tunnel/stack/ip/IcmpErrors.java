// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.stack.Refusal;
import io.socks5tunnel.stack.wire.SegmentView;

/// Makes ICMP and ICMPv6 errors about a client's SYN, as if the destination itself or a router in front of it had sent
/// them (RFC 1122 §3.2.2, RFC 1812 §4.3.2, RFC 4443 §2.4 and §3). Confined to one shard.
public final class IcmpErrors {
    private IcmpErrors() {}

    /// A copy of a SYN's headers, to be kept while its answer is awaited: IP header, extension headers, TCP header and
    /// options, without payload. Allocates, once per flow.
    public static byte[] quote(SegmentView syn) {
        throw new UnsupportedOperationException();
    }

    /// Whether a refusal is told by an ICMP error: neither [Refusal#RESET] nor [Refusal#SILENCE].
    public static boolean isToldByIcmp(Refusal refusal) {
        throw new UnsupportedOperationException();
    }

    /// Makes the error that tells `refusal`, from the SYN's destination to its source, complete with checksums.
    ///
    /// @param quoted what [#quote] returned
    /// @throws IllegalArgumentException unless [#isToldByIcmp]
    public static void refuse(Refusal refusal, byte[] quoted, OutboundPacket into) {
        throw new UnsupportedOperationException();
    }
}
