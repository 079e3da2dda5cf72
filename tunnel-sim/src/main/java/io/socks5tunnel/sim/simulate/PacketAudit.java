// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.TunnelStatistics;
import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.SimPacket;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.inspect.FlowView;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Watches both sides of the device: invariants I5, I6, I8 and C1. Confined to one thread.
final class PacketAudit {
    /// Why a packet is dropped before TCP, UDP or ICMP make anything of it.
    private static final Set<DropReason> AT_THE_DOOR = EnumSet.of(
            DropReason.IP_HEADER_MALFORMED,
            DropReason.IP_VERSION_UNKNOWN,
            DropReason.IP_CHECKSUM,
            DropReason.IP_TRUNCATED,
            DropReason.IP_SOURCE_INVALID,
            DropReason.IP_DESTINATION_INVALID,
            DropReason.IP_ROUTING_REFUSED,
            DropReason.IP_EXTENSION_REFUSED,
            DropReason.PROTOCOL_UNKNOWN,
            DropReason.TCP_HEADER_MALFORMED,
            DropReason.TCP_CHECKSUM,
            DropReason.UDP_MALFORMED,
            DropReason.UDP_CHECKSUM);

    /// What comes in fragments: UDP, ICMP and ICMPv6.
    private static final Set<Integer> PIECES = Set.of(17, 1, 58);

    private final Trace trace;
    private final StateCoverage coverage;
    private final int mtuBytes;
    private final FlowConduct conduct;
    private final Map<FlowKey, FlowAudit> flows = new HashMap<>();
    private long taken;
    private long unsound;
    /// Fragments, whose content shows only when they are put together, and what says it is ICMP.
    private long unclear;

    private long emitted;

    PacketAudit(Trace trace, StateCoverage coverage, int mtuBytes, FlowConduct conduct) {
        this.conduct = conduct;
        this.trace = trace;
        this.coverage = coverage;
        this.mtuBytes = mtuBytes;
    }

    /// The device's queue has taken this packet.
    void onInjected(SimPacket packet) {
        taken++;
        ParsedPacket parsed = ParsedPacket.parse(packet);
        if (parsed.isFragment() || parsed.isIcmp()) {
            unclear++;
        } else if (!parsed.faults().isEmpty() || !parsed.isTcp() && !parsed.isUdp()) {
            unsound++;
        } else if (parsed.isTcp()) {
            FlowKey key = FlowKeys.of(parsed.sourceSocket(), parsed.destinationSocket());
            int segments = packet.isSuperSegment() ? Math.ceilDiv(parsed.payloadLength(), packet.gsoSizeBytes()) : 1;
            flow(key).onInjected(parsed, segments);
            coverage.onSegment(key, parsed);
        }
    }

    /// The tunnel has written this packet.
    void onEmitted(SimPacket packet) {
        emitted++;
        check(packet);
    }

    /// The tunnel wanted to write this packet: for it, that is a packet sent.
    void onRefused(SimPacket packet) {
        check(packet);
    }

    private void check(SimPacket packet) {
        ParsedPacket parsed = ParsedPacket.parse(packet);
        boolean isSound = parsed.faults().isEmpty();
        trace.require(isSound, Invariant.I5, "a packet that leaves is not sound: " + parsed.faults());
        boolean isFit = packet.isSuperSegment() || packet.length() <= mtuBytes;
        trace.require(isFit, Invariant.I5, "a packet of " + packet.length() + " bytes on an MTU of " + mtuBytes);
        if (isSound && parsed.isTcp()) {
            flow(FlowKeys.of(parsed.destinationSocket(), parsed.sourceSocket())).onEmitted(parsed, packet);
        } else if (isSound) {
            boolean isPiece = parsed.isFragment() && PIECES.contains(parsed.protocol());
            boolean isExpected = parsed.isIcmp() || parsed.isUdp() || isPiece;
            trace.require(isExpected, Invariant.I5, "a packet of protocol " + parsed.protocol());
        }
    }

    /// A connection as it is inside, after a step of its shard.
    void onStep(FlowView view) {
        FlowAudit flow = flows.get(view.key());
        if (flow != null) {
            flow.onStep(view);
        }
    }

    long emitted() {
        return emitted;
    }

    /// Invariant I8, at any time: nothing is dropped at the door that is sound.
    void checkDrops(TunnelStatistics statistics) {
        long dropped = sum(statistics, AT_THE_DOOR);
        trace.require(
                dropped <= unsound + unclear,
                Invariant.I8,
                dropped + " packets were dropped as malformed, " + unsound + " were: " + statistics.drops());
    }

    /// Invariant I8 when nothing waits in the device any more.
    ///
    /// @param furtherPieces that came out of packets of many datagrams, which the tunnel counts as one each
    void checkAllHandled(TunnelStatistics statistics, long furtherPieces) {
        trace.require(
                statistics.txPackets() == taken,
                Invariant.I8,
                taken + " packets went in, " + statistics.txPackets() + " were counted");
        trace.require(
                statistics.rxPackets() == emitted - furtherPieces,
                Invariant.I8,
                emitted - furtherPieces + " packets came out, " + statistics.rxPackets() + " were counted");
        long dropped = sum(statistics, AT_THE_DOOR);
        long lost = statistics.drops().getOrDefault(DropReason.STRAY_MAILBOX_FULL, 0L);
        trace.require(
                dropped <= unsound + unclear && unsound <= dropped + lost,
                Invariant.I8,
                unsound + " packets were malformed, and " + unclear + " may have been; " + dropped
                        + " were counted so: " + statistics.drops());
        checkResets(statistics.drops().getOrDefault(DropReason.TCP_RESET_IGNORED, 0L) + lost);
    }

    private void checkResets(long ignored) {
        long idle = 0;
        for (FlowAudit flow : flows.values()) {
            idle += flow.idleResets();
        }
        trace.require(
                idle <= ignored,
                Invariant.I8,
                idle + " resets could end nothing, " + ignored + " were counted as ignored");
    }

    private static long sum(TunnelStatistics statistics, Set<DropReason> reasons) {
        long sum = 0;
        for (DropReason reason : reasons) {
            sum += statistics.drops().getOrDefault(reason, 0L);
        }
        return sum;
    }

    private FlowAudit flow(FlowKey key) {
        return flows.computeIfAbsent(key, absent -> new FlowAudit(trace, absent, mtuBytes, conduct));
    }
}
