// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.TcpFlag;

/// How long a handshake took in the capture, from the client's last SYN to its acknowledgement of the answer: one
/// round trip, wherever on the way the capture was made.
final class HandshakeTime {
    private long synNanos = -1;
    private boolean isAnswered;
    private long roundTripNanos;

    void onClient(ReplayPacket packet) {
        if (packet.isOpening()) {
            synNanos = packet.atNanos();
        } else if (roundTripNanos == 0 && isAnswered && synNanos >= 0 && packet.has(TcpFlag.ACK)) {
            roundTripNanos = packet.atNanos() - synNanos;
        }
    }

    void onServer(ReplayPacket packet) {
        isAnswered |= packet.has(TcpFlag.SYN);
    }

    /// Ns, 0 where the capture does not show it.
    long roundTripNanos() {
        return roundTripNanos;
    }
}
