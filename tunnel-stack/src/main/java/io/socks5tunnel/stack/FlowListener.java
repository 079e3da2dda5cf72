// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

import io.socks5tunnel.api.spi.InboundPacket;

/// Told about packets that belong to no flow of this stack. Confined to one shard.
public interface FlowListener {
    /// A well-formed TCP segment that matches no flow here. Where several stacks share the flows of one device, its
    /// owner may be another one.
    ///
    /// @param packet valid during this call
    /// @return true if the packet was passed on; false if this stack is to answer it
    boolean onStray(InboundPacket packet, FlowKey key);

    /// A SYN of a new flow. Complete the request now or later.
    ///
    /// @return false to ignore the SYN without an answer, as a full backlog does
    boolean onOpenRequest(TcpOpenRequest request);

    /// The stack has forgotten a flow for which [#onOpenRequest] returned true: nothing of it is left, not even a
    /// TIME-WAIT entry. A packet with this key that comes later is a stranger's.
    void onForgotten(FlowKey key);
}
