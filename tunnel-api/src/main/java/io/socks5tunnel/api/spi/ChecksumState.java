// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

/// What a device knows about the transport checksum of a packet it delivers.
public enum ChecksumState {
    /// Nothing is known: the stack must verify it.
    UNVERIFIED,
    /// The device has verified it (virtio `DATA_VALID`): the stack may skip it.
    VALID,
    /// The packet never crossed a wire and its checksum field holds only the pseudo-header sum (virtio
    /// `NEEDS_CSUM`): the stack must not verify it.
    PARTIAL
}
