// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.api.spi.TunCapabilities;
import java.util.List;

/// What a seed asks for: options drawn by chance, connections, and a list of faults.
///
/// @param seed where it comes from
/// @param shards how many shards the tunnel has
/// @param queues how many queues the device has; fewer than shards makes the tunnel distribute packets
/// @param strayShare packets that come to another queue than their flow's
/// @param mtuBytes the device's MTU
/// @param capabilities what the device takes
/// @param mergeWindowNanos how long wires hold packets to put them together, 0 for not
/// @param delayNanos how long a packet takes, each way
/// @param upstreamLatencyNanos how long bytes take to the SOCKS server
/// @param upstreamCapacityBytes what upstream sockets hold per direction
/// @param isAcceptedAtOnce whether SYNs are answered before the server is asked
/// @param isPipelined whether the SOCKS handshake is sent in one go
/// @param hasCredentials whether the server wants a password
/// @param isServerNamed whether the server is configured by name
/// @param maxSessions the tunnel's limit of sessions, 0 for none
/// @param idleMillis after which silence the tunnel ends a connection
/// @param faultyNanos how long the first phase lasts, in which faults happen
/// @param isUdpInTcp whether datagrams go to the server in a TCP connection
/// @param transfers connections
/// @param datagrams UDP clients
/// @param names names and echoes, and who asks for them
/// @param faults what goes wrong
record Scenario(
        long seed,
        int shards,
        int queues,
        double strayShare,
        int mtuBytes,
        TunCapabilities capabilities,
        long mergeWindowNanos,
        long delayNanos,
        long upstreamLatencyNanos,
        int upstreamCapacityBytes,
        boolean isAcceptedAtOnce,
        boolean isPipelined,
        boolean hasCredentials,
        boolean isServerNamed,
        int maxSessions,
        int idleMillis,
        long faultyNanos,
        boolean isUdpInTcp,
        List<TransferPlan> transfers,
        List<DatagramPlan> datagrams,
        NamesPlan names,
        List<Fault> faults) {
    Scenario {
        transfers = List.copyOf(transfers);
        datagrams = List.copyOf(datagrams);
        faults = List.copyOf(faults);
    }

    /// The same with these faults only.
    Scenario withFaults(List<Fault> fewer) {
        return with(names, fewer);
    }

    /// The same with these names and echoes.
    Scenario withNames(NamesPlan others) {
        return with(others, faults);
    }

    /// Whether the tunnel may end connections on its own account.
    boolean mayEndConnections() {
        return maxSessions > 0 || idleMillis < 300_000;
    }

    private Scenario with(NamesPlan newNames, List<Fault> newFaults) {
        return new Scenario(
                seed,
                shards,
                queues,
                strayShare,
                mtuBytes,
                capabilities,
                mergeWindowNanos,
                delayNanos,
                upstreamLatencyNanos,
                upstreamCapacityBytes,
                isAcceptedAtOnce,
                isPipelined,
                hasCredentials,
                isServerNamed,
                maxSessions,
                idleMillis,
                faultyNanos,
                isUdpInTcp,
                transfers,
                datagrams,
                newNames,
                newFaults);
    }
}
