// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.SimPacket;

/// Told everything that happens in a replay, for writing it down, drawing it or comparing it. Called on the thread
/// of the replay; packets may be kept.
public interface ReplayObserver {
    /// A replay begins.
    ///
    /// @param firstNanos when its first packet was captured, ns since 1970
    default void onStart(long firstNanos) {}

    /// A packet of a client went into the tunnel.
    ///
    /// @param nanos since the beginning of the replay
    /// @param flow which flow, with `instance` as in [FlowReport]
    /// @param remarks why it is not as captured, and what the tunnel did with it that is worth a remark; may be
    ///     empty
    default void onClientPacket(long nanos, FlowKey flow, int instance, SimPacket packet, String remarks) {}

    /// The tunnel sent a packet to a client.
    ///
    /// @param nanos since the beginning of the replay
    default void onTunnelPacket(long nanos, FlowKey flow, int instance, SimPacket packet) {}

    /// A flow is over.
    default void onFlow(FlowReport report) {}

    /// Called now and then.
    ///
    /// @param progress how much of the captures has been read, 0 to 1
    /// @param packets how many packets of them were played
    default void onProgress(double progress, long packets) {}
}
