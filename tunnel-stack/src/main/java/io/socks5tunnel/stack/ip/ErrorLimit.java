// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

/// How many ICMP errors a stack may send: [#PER_SECOND], and up to [#BURST] at once after a pause (RFC 1812
/// §4.3.2.8, RFC 4443 §2.4 f). A bucket of tokens, kept as the time at which it would be full. Confined to one
/// shard.
final class ErrorLimit {
    /// As in Linux and gVisor.
    static final int PER_SECOND = 1_000;

    static final int BURST = 50;

    private static final long NANOS_PER_ERROR = 1_000_000_000L / PER_SECOND;

    private boolean isUsed;
    private long fullNanos;

    /// Whether one may be sent now, which then counts.
    boolean tryTake(long nowNanos) {
        if (!isUsed || fullNanos - nowNanos < 0) {
            isUsed = true;
            fullNanos = nowNanos;
        }
        if (fullNanos - nowNanos > (BURST - 1) * NANOS_PER_ERROR) {
            return false;
        }
        fullNanos += NANOS_PER_ERROR;
        return true;
    }
}
