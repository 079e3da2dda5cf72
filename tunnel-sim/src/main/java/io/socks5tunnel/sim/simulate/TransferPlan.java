// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.SimTcpOptions;
import java.net.InetSocketAddress;

/// One connection that a scenario asks for.
///
/// @param number its place in the scenario's list; ports and content follow from it
/// @param local the client's end
/// @param remote where it wants to go
/// @param startNanos when it begins, from the start of the simulation
/// @param options how the client behaves
/// @param upBytes what the client sends
/// @param downBytes what the destination sends
/// @param pieceBytes how much either side hands over at a time
/// @param pauseNanos how long either side rests between its pieces
/// @param ending who ends first
record TransferPlan(
        int number,
        InetSocketAddress local,
        InetSocketAddress remote,
        long startNanos,
        SimTcpOptions options,
        int upBytes,
        int downBytes,
        int pieceBytes,
        long pauseNanos,
        Ending ending) {
    /// Who ends its stream when.
    enum Ending {
        /// The client after its last byte; the destination sends its second half after the client's FIN.
        CLIENT_FIRST,
        /// The destination after its last byte; the client sends its second half after the destination's FIN.
        DESTINATION_FIRST,
        /// Each after its last byte.
        EACH_WHEN_DONE
    }

    /// What the client sends before the destination has ended.
    int upBytesAtOnce() {
        return ending == Ending.DESTINATION_FIRST ? upBytes / 2 : upBytes;
    }

    /// What the destination sends before the client has ended.
    int downBytesAtOnce() {
        return ending == Ending.CLIENT_FIRST ? downBytes / 2 : downBytes;
    }

    /// The same connection again, from the same ports.
    TransferPlan again(int newNumber) {
        return new TransferPlan(
                newNumber, local, remote, 0, options, upBytes, downBytes, pieceBytes, pauseNanos, ending);
    }
}
