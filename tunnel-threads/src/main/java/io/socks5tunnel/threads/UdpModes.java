// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.Socks5Settings;
import org.jspecify.annotations.Nullable;

/// By which command datagrams are carried: the configured one; or, if none is configured, UDP-in-TCP, as
/// hev-socks5-tunnel does, until the server has shown that it knows UDP ASSOCIATE only. That is remembered for
/// [#MEMORY_NANOS], since the server may be updated. Shared by all shards; may be used from any thread.
final class UdpModes {
    /// How long it is remembered that the server does not know UDP-in-TCP, ns.
    static final long MEMORY_NANOS = 600_000_000_000L;

    private final @Nullable SocksCommand configured;

    // one object, since time and flag must be seen together; volatile since any shard may find out
    private volatile @Nullable Finding finding;

    private volatile @Nullable Finding noDatagrams;

    UdpModes(Socks5Settings server) {
        configured = server.udp()
                .map(mode -> switch (mode) {
                    case UDP -> SocksCommand.UDP_ASSOCIATE;
                    case TCP -> SocksCommand.UDP_IN_TCP;
                })
                .orElse(null);
    }

    /// The command to begin with.
    SocksCommand first(long nowNanos) {
        if (configured != null) {
            return configured;
        }
        Finding last = finding;
        boolean isKnown = last != null && nowNanos - last.atNanos() < MEMORY_NANOS;
        return isKnown ? SocksCommand.UDP_ASSOCIATE : SocksCommand.UDP_IN_TCP;
    }

    /// Whether there is another command after this one has failed.
    boolean hasNext(SocksCommand failed) {
        return configured == null && failed == SocksCommand.UDP_IN_TCP;
    }

    /// Notes that the server has refused UDP-in-TCP and then granted UDP ASSOCIATE.
    void onFallBack(long nowNanos) {
        finding = new Finding(nowNanos);
    }

    /// Notes that the server relays no datagrams at all.
    void onNoDatagrams(long nowNanos) {
        noDatagrams = new Finding(nowNanos);
    }

    /// Whether that was so, and not too long ago to be believed.
    boolean isWithoutDatagrams(long nowNanos) {
        Finding last = noDatagrams;
        return last != null && nowNanos - last.atNanos() < MEMORY_NANOS;
    }

    private record Finding(long atNanos) {}
}
