// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.stack.wire.SegmentView;
import org.jspecify.annotations.Nullable;

/// Checks what comes in, from the IP header to the transport checksum, and takes it apart.
///
/// Confined to one shard.
public final class IpInput {
    /// Checks one packet and reads it into `into`.
    ///
    /// @return null if `into` now holds a good TCP segment, otherwise why the packet is dropped
    public @Nullable DropReason check(InboundPacket packet, SegmentView into) {
        return DropReason.PROTOCOL_UNKNOWN;
    }
}
