// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.soak;

import java.time.Duration;

/// What a soak breaks on purpose.
enum Fault {
    /// 2 % of the packets between the client's kernel and the tunnel, both ways.
    PACKET_LOSS(6_000, false),
    /// The SOCKS server dies with all its connections; another one takes its place.
    SERVER_KILLED(1_500, true),
    /// The SOCKS server answers nothing for a while.
    SERVER_FROZEN(3_000, false),
    /// The tunnel's interface is taken down and up again; its addresses and routes go with it.
    DEVICE_DOWN(800, true),
    /// The tunnel itself gets no time for a while.
    TUNNEL_FROZEN(1_000, false);

    private final long millis;
    private final boolean mayCut;

    Fault(long millis, boolean mayCut) {
        this.millis = millis;
        this.mayCut = mayCut;
    }

    /// How long it lasts.
    Duration duration() {
        return Duration.ofMillis(millis);
    }

    /// Whether flows may end with an error because of it. Others may only be late.
    boolean mayCut() {
        return mayCut;
    }
}
