// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.SimPacket;
import io.socks5tunnel.sim.TcpFlag;

/// What one flow does that works, but is bad conduct: silly windows (RFC 9293 §3.8.6.2) and resends that nothing
/// asked for. Streams arrive all the same, so no other invariant sees it. Confined to one thread.
final class FlowConduct {
    /// A segment of less is small on every path that a simulation has.
    private static final int SMALL_BYTES = 500;

    private final boolean isCalm;

    /// @param isCalm whether nothing in this world loses, delays, repeats or reorders a packet
    FlowConduct(boolean isCalm) {
        this.isCalm = isCalm;
    }

    /// Whether the right edge may move by `advance` bytes: by a useful step, or by the rounding of the scaled
    /// field.
    ///
    /// @param scaleBytes what one unit of the window field stands for
    /// @param segmentBytes the MSS that the tunnel offered; half of its buffer is more
    boolean isUsefulOpening(int advance, int scaleBytes, int segmentBytes) {
        return advance < scaleBytes || advance > segmentBytes - scaleBytes;
    }

    /// Whether new data may leave in this packet: a small one only if it is the end of what there is, or if the
    /// window has no room for more. Judged in a calm world only, where the window that was seen last is the one
    /// that counts.
    ///
    /// @param roomBytes from the beginning of the packet to the client's right edge
    boolean isUsefulSegment(ParsedPacket segment, SimPacket packet, int roomBytes, int clientMss) {
        return !isCalm
                || packet.isSuperSegment()
                || segment.has(TcpFlag.PSH)
                || segment.has(TcpFlag.FIN)
                || segment.payloadLength() == 0
                || segment.payloadLength() >= Math.min(SMALL_BYTES, clientMss / 2)
                || roomBytes < clientMss;
    }

    /// Whether bytes may be sent again, by either side.
    boolean isResendExcused() {
        return !isCalm;
    }
}
