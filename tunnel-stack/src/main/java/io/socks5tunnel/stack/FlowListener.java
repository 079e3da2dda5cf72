// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.InboundPacket;
import org.jspecify.annotations.Nullable;

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

    /// A whole and valid UDP datagram. Where several stacks share the flows of one device, its owner may be another
    /// one: pass [UdpDatagram#packet()] on then.
    ///
    /// @param datagram valid during this call
    /// @return null if it was taken or passed on, otherwise why it is dropped
    default @Nullable DropReason onDatagram(UdpDatagram datagram) {
        return DropReason.UDP_NOT_RELAYED;
    }

    /// A fragment of an IP datagram. Its pieces may come to different stacks of one device, and must meet in one of
    /// them to be put together.
    ///
    /// @param packet valid during this call
    /// @param hash the same for all fragments of one datagram
    /// @return true if the packet was passed on to the stack where they meet; false if that is this one
    default boolean onFragment(InboundPacket packet, int hash) {
        return false;
    }
}
