// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import org.jspecify.annotations.Nullable;

/// A shard's UDP sessions by the address and port of their client: open addressing with linear probing, looked up
/// without allocation. Confined to one shard.
final class UdpTable {
    private static final int INITIAL_SLOTS = 64;

    private final int seed;
    private @Nullable UdpSession[] slots = new @Nullable UdpSession[INITIAL_SLOTS];
    private int size;

    /// @param seed unpredictable: clients choose ports and addresses, and must not choose what collides
    UdpTable(int seed) {
        this.seed = seed;
    }

    /// The session of a client's socket, or null.
    @Nullable
    UdpSession get(long high, long low, int port) {
        int mask = slots.length - 1;
        int slot = FlowHash.of(high, low, port, seed) & mask;
        UdpSession session = slots[slot];
        while (session != null) {
            if (session.isOf(high, low, port)) {
                return session;
            }
            slot = slot + 1 & mask;
            session = slots[slot];
        }
        return null;
    }

    /// Adds a session whose client has none here.
    void add(UdpSession session) {
        if (2 * (size + 1) > slots.length) {
            resize(2 * slots.length);
        }
        put(session);
        size++;
    }

    /// Takes a session out.
    void remove(UdpSession session) {
        int mask = slots.length - 1;
        int slot = home(session);
        while (slots[slot] != session) {
            if (slots[slot] == null) {
                throw new IllegalStateException("no such session: " + session.source());
            }
            slot = slot + 1 & mask;
        }
        slots[slot] = null;
        size--;
        closeGap(slot);
        if (slots.length > INITIAL_SLOTS && 8 * size < slots.length) {
            resize(slots.length / 2);
        }
    }

    /// Sessions now.
    int size() {
        return size;
    }

    /// Moves the sessions behind a gap to where a search for them still finds them.
    private void closeGap(int gap) {
        int mask = slots.length - 1;
        int slot = gap + 1 & mask;
        UdpSession session = slots[slot];
        while (session != null) {
            slots[slot] = null;
            put(session);
            slot = slot + 1 & mask;
            session = slots[slot];
        }
    }

    private void put(UdpSession session) {
        int mask = slots.length - 1;
        int slot = home(session);
        while (slots[slot] != null) {
            slot = slot + 1 & mask;
        }
        slots[slot] = session;
    }

    private int home(UdpSession session) {
        return FlowHash.of(
                        session.source().high(),
                        session.source().low(),
                        session.source().port(),
                        seed)
                & slots.length - 1;
    }

    private void resize(int newSlots) {
        @Nullable UdpSession[] old = slots;
        slots = new @Nullable UdpSession[newSlots];
        for (UdpSession session : old) {
            if (session != null) {
                put(session);
            }
        }
    }
}
