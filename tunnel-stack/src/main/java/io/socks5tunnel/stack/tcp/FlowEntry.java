// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.stack.wire.SegmentView;

/// What the flow table finds for a segment. Confined to one shard.
sealed interface FlowEntry permits TcpOpening, TcpConnection, TimeWait {
    /// Handles a segment of this flow.
    void onSegment(SegmentView segment, long nowNanos);

    /// Sends RST where the client may still wait for something, tells the handler, and is gone.
    void reset(long nowNanos);
}
