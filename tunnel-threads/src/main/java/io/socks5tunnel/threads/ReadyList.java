// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import org.jspecify.annotations.Nullable;

/// Sessions with something to do, each once, first come first served. Confined to one shard.
///
/// @param <S> the sessions
final class ReadyList<S extends Place.Holder<S>> {
    private @Nullable S first;
    private @Nullable S last;
    private int size;

    /// Adds a session at the end unless it is in the list.
    void add(S session) {
        Place<S> place = session.place();
        if (place.isReady) {
            return;
        }
        place.isReady = true;
        if (last == null) {
            first = session;
        } else {
            last.place().nextReady = session;
        }
        last = session;
        size++;
    }

    /// Takes the first session, or null.
    @Nullable
    S poll() {
        S session = first;
        if (session == null) {
            return null;
        }
        Place<S> place = session.place();
        first = place.nextReady;
        if (first == null) {
            last = null;
        }
        place.nextReady = null;
        place.isReady = false;
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
