// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.sim.capture.SkipReason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// What a replay gave.
///
/// @param files the captures, by name
/// @param defects what was wrong with them, with the file's name; what stood before the place was played
/// @param frames frames read
/// @param packets IP packets played, both directions
/// @param skipped frames without an IP packet, by reason
/// @param cutRefused packets cut inside their headers, which could not be played
/// @param paddedPackets packets whose cut payload was filled with zeros
/// @param movedPackets packets whose loopback addresses were replaced, since no TUN device carries those
/// @param shortenedGaps silences of more than an hour, played as an hour
/// @param unsentPackets packets to addresses for which the destination given for the replay has nothing, not sent
/// @param flows a row per flow, in the order of their beginning, at most [#MAX_ROWS]
/// @param totals sums over all flows, those without a row included
/// @param drops packets that the tunnel dropped, by reason, all flows together
/// @param playedNanos how long the replay took on its own clock
/// @param wallNanos how long it took
public record ReplayReport(
        List<String> files,
        List<String> defects,
        long frames,
        long packets,
        Map<SkipReason, Long> skipped,
        long cutRefused,
        long paddedPackets,
        long movedPackets,
        long shortenedGaps,
        long unsentPackets,
        List<FlowReport> flows,
        FlowTotals totals,
        Map<DropReason, Long> drops,
        long playedNanos,
        long wallNanos) {
    /// How many flows get a row.
    public static final int MAX_ROWS = 10_000;

    /// Takes copies.
    public ReplayReport {
        files = List.copyOf(files);
        defects = List.copyOf(defects);
        skipped = Map.copyOf(skipped);
        flows = List.copyOf(flows);
        drops = Map.copyOf(drops);
    }

    /// Whether every file could be read to its end, everything was sent, and every flow was delivered as far as the
    /// capture goes.
    public boolean isSuccess() {
        return defects.isEmpty() && totals.notWhole() == 0 && unsentPackets == 0;
    }

    /// IP packets per second of real time.
    public double packetsPerSecond() {
        return wallNanos == 0 ? 0 : packets * 1e9 / wallNanos;
    }

    /// A fingerprint of what the flows came to, 16 hexadecimal digits: addresses, ends, bytes each way and drops,
    /// but neither times nor how many segments it took.
    public String digest() {
        ByteTally tally = new ByteTally();
        for (FlowReport flow : flows) {
            String line = flow.key().protocol() + " " + flow.key().text() + " " + flow.instance() + " " + flow.end()
                    + " " + flow.bytesUp() + " " + flow.digestUp() + " " + flow.bytesDown() + " " + flow.digestDown()
                    + " " + flow.drops() + "\n";
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            tally.add(bytes, 0, bytes.length);
        }
        return tally.value();
    }
}
