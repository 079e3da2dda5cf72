// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.stack.ClientSource;

/// A query of a client on its way to the resolver. Confined to one shard.
final class ForwardedQuery {
    private final ClientSource client;
    private final long askedHigh;
    private final long askedLow;
    private final int clientId;
    private final int limitBytes;
    private final byte[] frame;
    private final long askedNanos;
    private boolean wasRepeated;

    /// @param askedHigh upper half of the address that the client has asked, which the answer must come from
    /// @param clientId its id as the client chose it
    /// @param limitBytes the largest answer that the client takes
    /// @param frame the query with its length in front and its id on this side
    ForwardedQuery(
            ClientSource client,
            long askedHigh,
            long askedLow,
            int clientId,
            int limitBytes,
            byte[] frame,
            long askedNanos) {
        this.client = client;
        this.askedHigh = askedHigh;
        this.askedLow = askedLow;
        this.clientId = clientId;
        this.limitBytes = limitBytes;
        this.frame = frame;
        this.askedNanos = askedNanos;
    }

    ClientSource client() {
        return client;
    }

    long askedHigh() {
        return askedHigh;
    }

    long askedLow() {
        return askedLow;
    }

    int clientId() {
        return clientId;
    }

    int limitBytes() {
        return limitBytes;
    }

    byte[] frame() {
        return frame;
    }

    long askedNanos() {
        return askedNanos;
    }

    /// Whether it may be sent on another connection: once.
    boolean mayRepeat() {
        boolean may = !wasRepeated;
        wasRepeated = true;
        return may;
    }
}
