// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import org.jspecify.annotations.Nullable;

/// A session's place in the lists of its shard: its links, so that no list allocates. Confined to one shard.
///
/// @param <S> the session
final class Place<S extends Place.Holder<S>> {
    /// In an [ActivityList]: who was active before.
    @Nullable
    S older;

    /// In an [ActivityList]: who was active after.
    @Nullable
    S newer;

    /// In a [ReadyList]: whose turn is next.
    @Nullable
    S nextReady;

    boolean isReady;
    long lastActivityNanos;

    /// Who can be in lists: in one [ActivityList] and in one [ReadyList] at a time.
    ///
    /// @param <S> the session itself
    interface Holder<S extends Holder<S>> {
        /// The same object always.
        Place<S> place();
    }
}
