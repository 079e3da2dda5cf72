// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

import io.socks5tunnel.api.spi.GatherList;

/// One accepted TCP connection with a client. Confined to one shard.
///
/// Nothing leaves the stack during these calls: they mark the flow, and the next [PacketStack#poll] sends what they
/// made
/// possible. Calls on a flow that was reset or closed do nothing and report nothing to read and no space.
public interface TcpFlow {
    /// Who, and to where.
    FlowKey key();

    /// Whether the client has acknowledged the SYN-ACK. Until then nobody may be there: the SYN's source address
    /// can be forged (RFC 4987 §2).
    boolean isConfirmed();

    /// Bytes that [#peek] can show, in order from the client.
    int readableBytes();

    /// Appends views of the next readable bytes to `into`, as many as fit. The views are valid until [#consume] or
    /// [PacketStack#poll].
    void peek(GatherList into);

    /// Says that the first `bytes` readable bytes were passed on; the receive window may reopen by as much.
    void consume(int bytes);

    /// Whether the client has sent FIN and every byte before it was consumed.
    boolean isInputEnded();

    /// Bytes that may be added to the send queue now. 0 after [#shutdownOutput].
    int sendSpaceBytes();

    /// Appends views of free memory at the end of the send queue to `into`, at most [#sendSpaceBytes] in all, fewer
    /// if slabs are short. Fill them in order, then [#commit].
    void reserve(GatherList into);

    /// Says that the first `bytes` of what [#reserve] showed were filled; they will be sent. Memory reserved and
    /// not committed is taken back.
    void commit(int bytes);

    /// FIN after everything committed. The client may go on sending.
    void shutdownOutput();

    /// The reader will not consume any more: what the client still sends is answered as RFC 9293 §3.6.1 asks, with
    /// RST if data is or arrives unread. After [#shutdownOutput] this lets the flow end.
    void shutdownInput();

    /// RST at once; everything is freed.
    void abort();

    /// Committed bytes that the client has not acknowledged yet.
    int unacknowledgedBytes();
}
