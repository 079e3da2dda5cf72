// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

/// The situation in which most losses are tried: ten segments are out, and a round trip of 20 ms is known.
final class TenOut {
    static final int MSS = 1460;
    private static final int ROUND_TRIP_NANOS = 20_000_000;
    private static final int ROUND_TRIP_MILLIS = 20;

    private TenOut() {}

    static TcpWorld tenOut(TcpWorld world) {
        world.handshakeNanos = ROUND_TRIP_NANOS;
        world.established();
        world.writeAndPoll(new byte[1]);
        world.sent.clear();
        world.now += ROUND_TRIP_NANOS;
        world.clientTs += ROUND_TRIP_MILLIS;
        world.send(world.ack(1));
        world.writeAndPoll(TcpWorld.pattern(10 * MSS));
        world.sent.clear();
        world.now += ROUND_TRIP_NANOS;
        world.clientTs += ROUND_TRIP_MILLIS;
        return world;
    }

    /// Where a segment begins: a byte was sent before all of them.
    static int at(int segment) {
        return 1 + segment * MSS;
    }
}
