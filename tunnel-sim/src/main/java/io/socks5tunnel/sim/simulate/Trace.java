// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.PacketLog;
import io.socks5tunnel.sim.SimPacket;
import io.socks5tunnel.sim.TraceDigest;
import io.socks5tunnel.sim.VirtualClock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What happened in one run: its digest, its last events, and the first violation. Packets are written out as text
/// only when somebody asks. Confined to one thread.
final class Trace {
    /// What happened to a packet.
    enum Kind {
        /// A client sent it.
        CLIENT("client"),
        /// The tunnel's device was given it.
        INTO_TUNNEL("-> tunnel"),
        /// The device's queue was full.
        QUEUE_FULL("the device's queue is full"),
        /// The tunnel wrote it.
        FROM_TUNNEL("<- tunnel"),
        /// The tunnel wanted to write it, and the device refused.
        REFUSED("refused by the device"),
        /// A wire lost it.
        LOST("lost"),
        /// A client's host received it.
        TO_CLIENT("-> client"),
        /// The SOCKS server's side read or wrote.
        UPSTREAM("upstream");

        private final String note;

        Kind(String note) {
            this.note = note;
        }

        String note() {
            return note;
        }
    }

    /// One packet, or an event in words.
    ///
    /// @param nowNanos virtual time
    record Entry(long nowNanos, Kind kind, @Nullable SimPacket packet, String text) {}

    private static final byte[] NOTHING = {};

    private final VirtualClock clock;
    private final long startNanos;
    private final int keptEntries;
    private final TraceDigest digest = new TraceDigest();
    private final List<Entry> entries = new ArrayList<>();
    private @Nullable Violation violation;
    private long packets;

    /// A trace that begins now.
    ///
    /// @param keptEntries how many of the last entries are kept at least
    Trace(VirtualClock clock, int keptEntries) {
        this.clock = clock;
        this.keptEntries = keptEntries;
        startNanos = clock.nowNanos();
    }

    long sinceStartNanos() {
        return clock.nowNanos() - startNanos;
    }

    void packet(Kind kind, SimPacket packet) {
        packets++;
        digest.add(sinceStartNanos(), kind.ordinal(), packet.bytes());
        keep(new Entry(sinceStartNanos(), kind, packet, ""));
    }

    void event(String text) {
        keep(new Entry(sinceStartNanos(), Kind.UPSTREAM, null, text));
    }

    /// Bytes that the far side read or wrote.
    void upstream(int number, byte[] bytes) {
        digest.add(sinceStartNanos(), Kind.UPSTREAM.ordinal() + number, bytes);
    }

    /// Only the first violation counts: what follows it may follow from it.
    void violate(Invariant invariant, String what) {
        if (violation == null) {
            violation = new Violation(invariant, sinceStartNanos(), what);
            event("VIOLATED " + invariant + ": " + what);
        }
    }

    void require(boolean holds, Invariant invariant, String what) {
        if (!holds) {
            violate(invariant, what);
        }
    }

    boolean isBroken() {
        return violation != null;
    }

    @Nullable
    Violation violation() {
        return violation;
    }

    long packets() {
        return packets;
    }

    String digest() {
        digest.add(sinceStartNanos(), Kind.values().length, NOTHING);
        return digest.value();
    }

    List<Entry> entries() {
        return entries;
    }

    /// The last `count` entries in readable lines.
    List<String> tail(int count) {
        // sequence numbers are told relative to the flow's beginning, so the log must see all that was kept
        PacketLog log = new PacketLog(count);
        for (Entry entry : entries) {
            SimPacket packet = entry.packet();
            if (packet == null) {
                log.addEvent(entry.nowNanos(), entry.text());
            } else {
                log.add(entry.nowNanos(), packet, entry.kind().note());
            }
        }
        return log.lines();
    }

    private void keep(Entry entry) {
        if (entries.size() >= 2 * keptEntries) {
            entries.subList(0, keptEntries).clear();
        }
        entries.add(entry);
    }
}
