// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import java.util.Locale;

/// One thing that goes wrong during a part of a simulation. Faults are independent: each can be switched off
/// without changing what chance does in the others.
///
/// @param number its place in the scenario's list
/// @param kind what goes wrong
/// @param way for wires: 0 both directions, 1 towards the tunnel, 2 towards the clients
/// @param subject for clients and destinations: the number of the transfer
/// @param fromNanos when it begins, from the start of the simulation
/// @param untilNanos when it ends
/// @param share how much of what could be concerned is, 0 to 1
/// @param amount what the kind makes of it: bytes, or nanoseconds
record Fault(
        int number, FaultKind kind, int way, int subject, long fromNanos, long untilNanos, double share, long amount) {
    private static final double NANOS_PER_SECOND = 1e9;

    boolean isActive(long sinceStartNanos) {
        return sinceStartNanos >= fromNanos && sinceStartNanos < untilNanos;
    }

    boolean concernsWay(int direction) {
        return way == 0 || way == direction;
    }

    /// In words, for people.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(80);
        text.append(String.format(
                Locale.ROOT,
                "%2d  %6.2f s to %6.2f s  %s",
                number,
                fromNanos / NANOS_PER_SECOND,
                untilNanos / NANOS_PER_SECOND,
                kind.text()));
        switch (kind.place()) {
            case WIRE -> text.append(way == 0 ? ", both ways" : way == 1 ? ", towards the tunnel" : ", to the clients");
            case DESTINATION, CLIENT -> text.append(", transfer ").append(subject);
            case DEVICE, SERVER -> {}
        }
        text.append(String.format(Locale.ROOT, " (share %.3f, amount %d)", share, amount));
        return text.toString();
    }
}
