// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GsoType;

/// One packet in the simulated network, with what offload says about it. Nobody changes the bytes of a packet that
/// was handed on.
///
/// @param bytes from the IP header on
/// @param checksum what is known of the transport checksum; [ChecksumState#PARTIAL] if it is still to be finished
/// @param gsoType the kind of super-segment, or [GsoType#NONE]
/// @param gsoSizeBytes payload bytes per segment of a super-segment, 0 otherwise
@SuppressWarnings("ArrayRecordComponent") // packets are moved, never compared
public record SimPacket(byte[] bytes, ChecksumState checksum, GsoType gsoType, int gsoSizeBytes) {
    /// An ordinary packet with complete checksums.
    public static SimPacket of(byte[] bytes) {
        return new SimPacket(bytes, ChecksumState.UNVERIFIED, GsoType.NONE, 0);
    }

    /// Bytes from the IP header on.
    public int length() {
        return bytes.length;
    }

    /// Whether it stands for several segments.
    public boolean isSuperSegment() {
        return gsoType != GsoType.NONE;
    }
}
