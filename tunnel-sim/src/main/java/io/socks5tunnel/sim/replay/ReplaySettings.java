// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import java.util.Optional;

/// How captures are to be replayed.
///
/// @param mtuBytes of the simulated TUN device, 68 to 65535; larger segments of a capture are cut
/// @param shards of the tunnel, 1 to 256
/// @param speed how many times faster than captured, above 0; 0 means as fast as possible
/// @param isVerbatim checksums that are wrong in the capture stay wrong
/// @param socks a real SOCKS5 server to go through; otherwise the captured servers answer
public record ReplaySettings(int mtuBytes, int shards, double speed, boolean isVerbatim, Optional<ReplayServer> socks) {
    /// Ethernet's.
    public static final int DEFAULT_MTU_BYTES = 1500;

    /// One shard, as fast as possible, against the captured servers.
    public static final ReplaySettings DEFAULT = new ReplaySettings(DEFAULT_MTU_BYTES, 1, 0, false, Optional.empty());

    /// The same with another number of shards.
    public ReplaySettings withShards(int count) {
        return new ReplaySettings(mtuBytes, count, speed, isVerbatim, socks);
    }

    /// The same for a device of that MTU, bytes.
    ReplaySettings withMtu(int bytes) {
        return new ReplaySettings(bytes, shards, speed, isVerbatim, socks);
    }

    /// The same, but checksums stay as they are.
    public ReplaySettings withVerbatimChecksums() {
        return new ReplaySettings(mtuBytes, shards, speed, true, socks);
    }

    /// The same through a real SOCKS5 server.
    public ReplaySettings withSocks(ReplayServer server) {
        return new ReplaySettings(mtuBytes, shards, speed, isVerbatim, Optional.of(server));
    }

    /// The same at another speed.
    public ReplaySettings withSpeed(double factor) {
        return new ReplaySettings(mtuBytes, shards, factor, isVerbatim, socks);
    }
}
