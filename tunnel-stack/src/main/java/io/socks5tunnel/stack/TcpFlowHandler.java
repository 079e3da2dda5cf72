// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

/// Told what happens to one TCP flow. Runs inside [PacketStack#receive] or [PacketStack#poll]; must not call back
/// into the stack from there, but note the event and act after it. Confined to one shard.
public interface TcpFlowHandler {
    /// The client has acknowledged the SYN-ACK: [TcpFlow#isConfirmed] from now on.
    void onConfirmed();

    /// In-order bytes came in, or the client's FIN did. Told at least once for every change.
    void onReadable();

    /// Send space grew.
    void onWritable();

    /// The flow ended without a close: the client's RST, a retransmission limit, or, before `accept`, a client that
    /// gave
    /// up. Nothing more is told, nothing can be sent or read.
    void onReset();

    /// Both directions were closed in good order and the client has acknowledged everything. Nothing more is told.
    void onClosed();
}
