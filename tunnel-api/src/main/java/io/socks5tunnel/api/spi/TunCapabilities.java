// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

/// What a TUN device takes on write and may deliver on read.
///
/// @param partialChecksum accepts packets whose transport checksum the device finishes
/// @param tcpSegmentation accepts TCP super-segments of up to 64 KiB; implies `partialChecksum`
/// @param udpSegmentation accepts UDP super-segments
public record TunCapabilities(boolean partialChecksum, boolean tcpSegmentation, boolean udpSegmentation) {
    /// One packet per write, checksums complete.
    public static final TunCapabilities NONE = new TunCapabilities(false, false, false);
}
