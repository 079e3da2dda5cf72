// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import org.jspecify.annotations.Nullable;

/// Sessions with something to do, each once, first come first served. Confined to one shard.
final class ReadyList {
    private @Nullable TcpSession first;
    private @Nullable TcpSession last;
    private int size;

    /// Adds a session at the end unless it is in the list.
    void add(TcpSession session) {
        if (session.isReady) {
            return;
        }
        session.isReady = true;
        if (last == null) {
            first = session;
        } else {
            last.nextReady = session;
        }
        last = session;
        size++;
    }

    /// Takes the first session, or null.
    @Nullable
    TcpSession poll() {
        TcpSession session = first;
        if (session == null) {
            return null;
        }
        first = session.nextReady;
        if (first == null) {
            last = null;
        }
        session.nextReady = null;
        session.isReady = false;
        size--;
        return session;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return first == null;
    }
}
