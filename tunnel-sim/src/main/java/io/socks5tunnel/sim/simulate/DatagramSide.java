// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.SeededRandom;
import io.socks5tunnel.sim.SimHost;
import io.socks5tunnel.sim.SocksDatagramScript.Reply;
import io.socks5tunnel.sim.SocksDestination;
import io.socks5tunnel.sim.VirtualClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// The UDP clients of a simulation, and the destinations that send their datagrams back. Confined to one thread.
final class DatagramSide {
    private static final Set<FaultKind> REORDERING =
            EnumSet.of(FaultKind.JITTER, FaultKind.REORDER, FaultKind.DUPLICATE);
    private static final int HEADERS_BYTES = 40 + 8;

    private final VirtualClock clock;
    private final Trace trace;
    private final List<DatagramFlow> flows = new ArrayList<>();
    private final boolean mayStarve;

    DatagramSide(VirtualClock clock, Trace trace, FaultClock faults, Scenario scenario, SeededRandom random) {
        this.clock = clock;
        this.trace = trace;
        // flows may take each other's place for ever
        mayStarve = scenario.mayEndConnections();
        boolean mayDuplicate = !faults.all(FaultKind.DUPLICATE).isEmpty();
        boolean mayReorder = scenario.strayShare() > 0
                || !scenario.faults().stream()
                        .filter(fault -> REORDERING.contains(fault.kind()))
                        .toList()
                        .isEmpty();
        for (DatagramPlan plan : scenario.datagrams()) {
            // fragments may take another way through the shards than whole datagrams
            boolean isWhole = plan.maxPayloadBytes() + HEADERS_BYTES <= scenario.mtuBytes();
            flows.add(new DatagramFlow(
                    clock,
                    trace,
                    faults,
                    plan,
                    random.fork("sizes-" + plan.number()),
                    mayDuplicate,
                    isWhole && !mayReorder));
        }
    }

    /// Has every client begin in its time.
    void begin(SimHost host) {
        for (DatagramFlow flow : flows) {
            clock.after(flow.plan().startNanos(), () -> flow.start(host));
        }
    }

    /// Whether no client sends any more.
    boolean areAllSilent() {
        return flows.stream().allMatch(DatagramFlow::isSilent);
    }

    /// Every client must have had an answer after the world was healed.
    void checkAnswers() {
        for (DatagramFlow flow : flows) {
            trace.require(mayStarve || flow.isAnswered(), Invariant.LIVENESS, "is not answered: " + flow.describe());
        }
    }

    /// What the destinations do: send back what came.
    List<Reply> onDatagram(SocksDestination destination, byte[] payload) {
        InetAddress address = destination.address();
        int number = payload.length < DatagramFlow.HEADER_BYTES
                ? -1
                : ByteBuffer.wrap(payload).getInt(0);
        if (address == null || number < 0 || number >= flows.size()) {
            trace.violate(Invariant.U1, "a datagram to " + destination + " that nobody sent");
            return List.of();
        }
        flows.get(number).onArrived(new InetSocketAddress(address, destination.port()), payload);
        return List.of(new Reply(destination, payload));
    }
}
