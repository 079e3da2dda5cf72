// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import java.net.InetSocketAddress;
import java.util.List;

/// One UDP client that a scenario asks for: it sends datagrams in turn to some destinations, which send them back.
///
/// @param number its place in the scenario's list
/// @param local the client's socket
/// @param destinations where it sends, in turn
/// @param startNanos when it begins, from the start of the simulation
/// @param count how many datagrams it sends
/// @param pauseNanos between two of them
/// @param maxPayloadBytes how large they are at most, at least [DatagramFlow#HEADER_BYTES]
record DatagramPlan(
        int number,
        InetSocketAddress local,
        List<InetSocketAddress> destinations,
        long startNanos,
        int count,
        long pauseNanos,
        int maxPayloadBytes) {
    DatagramPlan {
        destinations = List.copyOf(destinations);
    }
}
