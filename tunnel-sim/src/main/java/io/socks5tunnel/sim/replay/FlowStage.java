// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.SimPacket;

/// What a flow needs of the world that it is played in.
interface FlowStage {
    /// Now, ns, on the clock of the replay.
    long nowNanos();

    /// Sends a packet of the client into the tunnel.
    ///
    /// @param note why it is not as captured, may be empty
    void inject(TcpFlow flow, SimPacket packet, String note);

    /// A SYN follows, for which the tunnel will ask the server of this flow.
    void onDial(TcpFlow flow);

    /// Has [TcpFlow#play] called soon.
    void touch(TcpFlow flow);

    /// Has [TcpFlow#play] called at `atNanos`.
    void wake(TcpFlow flow, long atNanos);

    /// So many more packets of the client wait in a flow, or fewer.
    void onQueued(int packetCount);

    /// Whether a real server stands behind the tunnel, which may answer what it likes and takes the time it takes.
    boolean isServerReal();
}
