// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.TunCapabilities;

/// Takes the packets that a stack makes. Confined to one shard.
public interface PacketSink {
    /// Takes one packet; `packet` is valid during this call.
    ///
    /// @return false if it was lost
    boolean emit(OutboundPacket packet);

    /// What kind of packets it takes now.
    TunCapabilities capabilities();
}
