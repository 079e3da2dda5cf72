// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.soak;

/// A fault as it was injected.
///
/// @param startMillis by the system's clock
/// @param endMillis when all was whole again
record InjectedFault(Fault fault, long startMillis, long endMillis) {
    /// A connection that a dying server had taken, or a handshake that had begun, may fail this much later.
    private static final long AFTERMATH_MILLIS = 3_000;

    /// Whether it may be the reason why a flow failed.
    boolean excuses(FlowFailure failure) {
        return fault.mayCut()
                && failure.startMillis() <= endMillis + AFTERMATH_MILLIS
                && failure.endMillis() >= startMillis;
    }

    /// Whether it may be the reason for a line that the tunnel logged between two moments.
    boolean excusesLog(long fromMillis, long toMillis) {
        return fromMillis <= endMillis + AFTERMATH_MILLIS && toMillis >= startMillis;
    }
}
