// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

/// Sequence numbers, which wrap (RFC 9293 §3.4): comparisons hold for numbers less than 2^31 apart.
final class Seq {
    private Seq() {}

    static boolean isBefore(int one, int other) {
        return one - other < 0;
    }

    static int max(int one, int other) {
        return isBefore(one, other) ? other : one;
    }

    static int min(int one, int other) {
        return isBefore(one, other) ? one : other;
    }
}
