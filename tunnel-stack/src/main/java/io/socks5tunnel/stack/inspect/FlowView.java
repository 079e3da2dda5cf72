// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.inspect;

import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.TcpState;

/// What one connection looks like inside, for checks of invariants. Positions are stream offsets: sequence numbers
/// unwrapped, the first data byte being 0 in both directions; FIN takes one offset.
///
/// @param sndUna the first offset that the client has not acknowledged
/// @param sndNxt the first offset that was not sent
/// @param sndWindowRight right edge of the client's window
/// @param sendQueued behind the last byte that was committed
/// @param rcvNxt the first offset that was not received in order
/// @param rcvWindowRight right edge of the window that was advertised
/// @param readableBytes received in order and not consumed
/// @param outOfOrderRanges pieces received out of order
/// @param congestionWindowBytes what may be in flight
/// @param inFlightBytes what is in flight, as far as is known: what congestion control counts
/// @param lostBytes found lost and not resent
/// @param sackedBytes received by the client out of order
/// @param segmentBytes payload of a full segment
/// @param slabs slabs held in both directions
/// @param isFinQueued whether FIN is to be sent or was
/// @param isTimerArmed whether the connection waits for a time to send again: a delayed acknowledgement is none
public record FlowView(
        FlowKey key,
        TcpState state,
        long sndUna,
        long sndNxt,
        long sndWindowRight,
        long sendQueued,
        long rcvNxt,
        long rcvWindowRight,
        int readableBytes,
        int outOfOrderRanges,
        int congestionWindowBytes,
        long inFlightBytes,
        long lostBytes,
        long sackedBytes,
        int segmentBytes,
        int slabs,
        boolean isFinQueued,
        boolean isTimerArmed) {}
