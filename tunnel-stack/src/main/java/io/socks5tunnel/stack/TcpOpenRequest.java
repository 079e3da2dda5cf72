// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

/// A client's SYN that waits for an answer. Must be completed exactly once, by [#accept] or [#refuse], unless
/// [TcpFlowHandler#onReset] says that the client gave up first.
///
/// Repeated SYNs are absorbed while it waits. Confined to one shard.
public interface TcpOpenRequest {
    /// Who asks, and for what.
    FlowKey key();

    /// Who is told that the client gave up before the request was completed, and everything after [#accept].
    void handler(TcpFlowHandler handler);

    /// Answers with SYN-ACK. The flow can be written to at once; the bytes leave when the handshake is done.
    ///
    /// @return the flow; its first event may come in a later [PacketStack#receive]
    /// @throws IllegalStateException if the request was completed before
    TcpFlow accept(long nowNanos);

    /// Refuses.
    ///
    /// @throws IllegalStateException if the request was completed before
    void refuse(Refusal refusal, long nowNanos);
}
