// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.SimPacket;
import io.socks5tunnel.sim.Wire;
import io.socks5tunnel.sim.WireConditions;

/// Turns the faults that are on into the conditions of a wire. Confined to one thread.
final class FaultyWire {
    static final int TO_TUNNEL = 1;
    static final int TO_CLIENTS = 2;
    private static final int THIN_QUEUE_PACKETS = 20;
    private static final double BURST_END = 0.3;
    private static final double BURST_LOSS = 0.9;

    private final int way;
    private final Wire wire;
    private final FaultClock faults;
    private final long delayNanos;

    FaultyWire(int way, Wire wire, FaultClock faults, long delayNanos) {
        this.way = way;
        this.wire = wire;
        this.faults = faults;
        this.delayNanos = delayNanos;
        update();
        faults.onEdges(this::update);
    }

    void send(SimPacket packet) {
        wire.send(packet);
    }

    /// Sets the conditions anew.
    void update() {
        WireConditions conditions = WireConditions.CLEAN.withDelay(delayNanos, 0, true);
        for (FaultKind kind : FaultKind.values()) {
            for (Fault fault : faults.active(kind)) {
                if (fault.concernsWay(way)) {
                    conditions = with(conditions, fault);
                }
            }
        }
        wire.conditions(conditions);
    }

    private WireConditions with(WireConditions conditions, Fault fault) {
        double share = fault.share();
        return switch (fault.kind()) {
            case LOSS -> conditions.withLoss(Math.max(conditions.loss(), share));
            case BURST_LOSS -> conditions.withBurstLoss(new WireConditions.BurstLoss(share, BURST_END, BURST_LOSS));
            case JITTER -> conditions.withDelay(delayNanos, fault.amount(), false);
            case REORDER -> conditions.withReorder(share, fault.amount());
            case DUPLICATE -> conditions.withDamage(share, conditions.corrupt());
            case BIT_FLIP -> conditions.withDamage(conditions.duplicate(), share);
            case TRUNCATION -> conditions.withCuts(share, conditions.mtuBytes());
            case BLACK_HOLE -> conditions.withLoss(1);
            case SMALL_MTU -> conditions.withCuts(conditions.truncate(), (int) fault.amount());
            case THIN_WIRE -> conditions.withRate(fault.amount(), THIN_QUEUE_PACKETS);
            default -> conditions;
        };
    }
}
