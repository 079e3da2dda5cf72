// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

/// The IP packet of a frame. The bytes belong to whoever received the record.
///
/// @param bytes from the IP header on, without what the link layer put behind the packet. They are what was on the
///     wire, even where that is no proper packet: to judge it is the stack's work
/// @param cutBytes bytes of the packet that were on the wire and that the snap length cut off: 0 for a whole packet
/// @param paddingBytes bytes that stood behind the packet's end and are left out: padding to Ethernet's minimum,
///     frame check sequences
@SuppressWarnings("ArrayRecordComponent") // packets are moved, never compared
public record IpPacket(byte[] bytes, int cutBytes, int paddingBytes) implements StrippedFrame {
    /// Whether every byte of the packet was captured.
    public boolean isWhole() {
        return cutBytes == 0;
    }
}
