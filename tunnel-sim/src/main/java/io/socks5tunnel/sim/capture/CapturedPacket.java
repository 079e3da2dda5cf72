// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

import java.util.List;

/// One packet of a capture, as the capturing host's link layer saw it. The bytes belong to whoever received the
/// record.
///
/// @param nanos time of capture, nanoseconds since 1970 (UTC). Simple packet blocks have no time of their own and
///     get that of the packet before
/// @param interfaceIndex on which interface, from 0 in the order of their description over all sections; 0 in pcap
/// @param linkType the number that tells what the bytes begin with, see [LinkType]; numbers without a constant
///     there are kept
/// @param bytes what was captured, from the link layer's header on
/// @param originalLength bytes that the packet had on the wire: more than `bytes` where the snap length cut it
/// @param comments what somebody wrote about the packet; empty in pcap
@SuppressWarnings("ArrayRecordComponent") // packets are moved, never compared
public record CapturedPacket(
        long nanos, int interfaceIndex, int linkType, byte[] bytes, int originalLength, List<String> comments) {
    /// Freezes the list of comments.
    public CapturedPacket {
        comments = List.copyOf(comments);
    }

    /// Whether the snap length cut bytes off the end.
    public boolean isCut() {
        return originalLength > bytes.length;
    }
}
