// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.TunnelStatistics;
import io.socks5tunnel.sim.SimPacket;
import io.socks5tunnel.sim.VirtualClock;
import java.io.IOException;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/// A tunnel, what lies around it, and time. Confined to the thread of the replay.
interface ReplayWorld extends AutoCloseable {
    /// Where things to come are noted; it stands still but in [#runUntil].
    VirtualClock clock();

    /// Lets time go on until `isDone` says so, at most up to `atNanos`.
    ///
    /// @return whether `isDone` said so
    boolean runUntil(BooleanSupplier isDone, long atNanos) throws IOException;

    /// When something is to be played.
    ///
    /// @param startNanos when the replay began
    /// @param capturedNanos how long after the beginning of the capture it was captured
    default long placeOf(long startNanos, long capturedNanos) {
        return startNanos + capturedNanos;
    }

    /// Sends a packet into the tunnel and lets everything happen that follows from it at once.
    ///
    /// @return false if the device has no room now
    boolean inject(SimPacket packet) throws IOException;

    /// Packets of clients that were kept from the tunnel, since nothing stands for their destination.
    default long unsentPackets() {
        return 0;
    }

    /// The tunnel's counters.
    TunnelStatistics statistics();

    @Override
    void close() throws IOException;

    /// The configuration of a tunnel for replays: nothing ends a flow that was merely silent in the capture.
    static TunnelConfig config(ReplaySettings settings, String socksHost, int socksPort) {
        String text = String.format(Locale.ROOT, """
                tunnel:
                  name: 'replay'
                  mtu: %d
                  icmp: reply
                socks5:
                  address: '%s'
                  port: %d
                  udp: 'udp'
                misc:
                  tcp-read-write-timeout: 2000000000
                  log-level: error
                threads:
                  workers: %d
                """, settings.mtuBytes(), socksHost, socksPort, settings.shards());
        try {
            return TunnelConfig.parse(text).config();
        } catch (io.socks5tunnel.api.ConfigException e) {
            throw new IllegalArgumentException("a tunnel cannot be made of " + settings + ": " + e.getMessage(), e);
        }
    }
}
