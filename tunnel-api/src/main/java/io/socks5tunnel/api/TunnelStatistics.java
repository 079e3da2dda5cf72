// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.util.List;
import java.util.Map;

/// A snapshot of a tunnel's counters since its start. Counters of different shards are read one after the other, so
/// sums may be a moment apart.
///
/// @param txPackets packets read from the TUN device: applications towards the net, as hev-socks5-tunnel counts
/// @param txBytes their IP packet lengths, bytes
/// @param rxPackets packets written to the TUN device
/// @param rxBytes their IP packet lengths, bytes
/// @param tcpFlowsOpen TCP flows that exist now
/// @param tcpFlowsOpened TCP flows whose SOCKS server accepted them
/// @param tcpFlowsRefused TCP flows that were refused
/// @param strays packets handed from one shard to another
/// @param upstreamBytesUp payload bytes written to SOCKS servers after the handshake
/// @param upstreamBytesDown payload bytes read from SOCKS servers after the handshake
/// @param tcpFlowsPerShard TCP flows opened, per shard
/// @param udp what UDP flows did
/// @param dns what was done with DNS queries
/// @param drops packets not delivered, by reason; reasons that never occurred are absent
public record TunnelStatistics(
        long txPackets,
        long txBytes,
        long rxPackets,
        long rxBytes,
        long tcpFlowsOpen,
        long tcpFlowsOpened,
        long tcpFlowsRefused,
        long strays,
        long upstreamBytesUp,
        long upstreamBytesDown,
        List<Long> tcpFlowsPerShard,
        UdpStatistics udp,
        DnsStatistics dns,
        Map<DropReason, Long> drops) {
    /// Takes copies of the collections.
    public TunnelStatistics {
        tcpFlowsPerShard = List.copyOf(tcpFlowsPerShard);
        drops = Map.copyOf(drops);
    }

    /// Counters without UDP flows and DNS queries.
    public TunnelStatistics(
            long txPackets,
            long txBytes,
            long rxPackets,
            long rxBytes,
            long tcpFlowsOpen,
            long tcpFlowsOpened,
            long tcpFlowsRefused,
            long strays,
            long upstreamBytesUp,
            long upstreamBytesDown,
            List<Long> tcpFlowsPerShard,
            Map<DropReason, Long> drops) {
        this(
                txPackets,
                txBytes,
                rxPackets,
                rxBytes,
                tcpFlowsOpen,
                tcpFlowsOpened,
                tcpFlowsRefused,
                strays,
                upstreamBytesUp,
                upstreamBytesDown,
                tcpFlowsPerShard,
                UdpStatistics.NONE,
                DnsStatistics.NONE,
                drops);
    }
}
