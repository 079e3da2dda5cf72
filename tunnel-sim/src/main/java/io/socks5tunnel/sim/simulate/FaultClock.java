// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.VirtualClock;
import java.util.ArrayList;
import java.util.List;

/// Which faults are on now. When the world heals, none is any more. Confined to one thread.
final class FaultClock {
    private final VirtualClock clock;
    private final long startNanos;
    private final List<Fault> faults;
    private boolean isHealed;

    /// The clock of these faults, which begins now.
    FaultClock(VirtualClock clock, List<Fault> faults) {
        this.clock = clock;
        this.faults = List.copyOf(faults);
        startNanos = clock.nowNanos();
    }

    /// Ends all faults for good.
    void heal() {
        isHealed = true;
    }

    boolean isHealed() {
        return isHealed;
    }

    /// Faults of a kind that are on now.
    List<Fault> active(FaultKind kind) {
        List<Fault> active = new ArrayList<>();
        if (!isHealed) {
            long sinceStart = clock.nowNanos() - startNanos;
            for (Fault fault : faults) {
                if (fault.kind() == kind && fault.isActive(sinceStart)) {
                    active.add(fault);
                }
            }
        }
        return active;
    }

    /// Whether a fault of this kind is on for a transfer.
    boolean isActive(FaultKind kind, int transfer) {
        for (Fault fault : active(kind)) {
            if (fault.subject() == transfer) {
                return true;
            }
        }
        return false;
    }

    /// Faults of a kind, on or not.
    List<Fault> all(FaultKind kind) {
        return faults.stream().filter(fault -> fault.kind() == kind).toList();
    }

    /// Has `action` run whenever a fault begins or ends.
    void onEdges(Runnable action) {
        for (Fault fault : faults) {
            clock.at(startNanos + fault.fromNanos(), action);
            clock.at(startNanos + fault.untilNanos(), action);
        }
    }

    /// Has `action` run when `fault` begins.
    void onBeginning(Fault fault, Runnable action) {
        clock.at(startNanos + fault.fromNanos(), () -> {
            if (!isHealed) {
                action.run();
            }
        });
    }
}
