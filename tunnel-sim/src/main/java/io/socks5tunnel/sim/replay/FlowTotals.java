// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

/// Sums over flows.
///
/// @param flows how many
/// @param bytesUp see [FlowReport]
/// @param bytesDown see [FlowReport]
/// @param segmentsIn see [FlowReport]
/// @param segmentsOut see [FlowReport]
/// @param resendsSeen see [FlowReport]
/// @param resendsMade see [FlowReport]
/// @param notWhole flows of which not everything was delivered that the capture has
public record FlowTotals(
        long flows,
        long bytesUp,
        long bytesDown,
        long segmentsIn,
        long segmentsOut,
        long resendsSeen,
        long resendsMade,
        long notWhole) {
    /// Of no flow.
    public static final FlowTotals NONE = new FlowTotals(0, 0, 0, 0, 0, 0, 0, 0);

    /// The sums with one flow more.
    public FlowTotals plus(FlowReport flow) {
        return new FlowTotals(
                flows + 1,
                bytesUp + flow.bytesUp(),
                bytesDown + flow.bytesDown(),
                segmentsIn + flow.segmentsIn(),
                segmentsOut + flow.segmentsOut(),
                resendsSeen + flow.resendsSeen(),
                resendsMade + flow.resendsMade(),
                notWhole + (flow.isWhole() ? 0 : 1));
    }
}
