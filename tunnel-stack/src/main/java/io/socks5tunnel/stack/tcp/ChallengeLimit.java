// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

/// How many answers one flow gives to segments that may be forged: a few per second (RFC 5961 §7), so that
/// neither a flood nor two stacks that correct each other go on for ever. Counted per flow: a shared counter
/// would tell strangers of each other (CVE-2016-5696). Confined to one shard.
final class ChallengeLimit {
    private static final int ANSWERS = 10;
    private static final long PERIOD_NANOS = 1_000_000_000;

    private long periodStartNanos;
    private int used = ANSWERS;
    private boolean isStarted;

    /// Whether one more answer may be given now.
    boolean tryTake(long nowNanos) {
        if (!isStarted || nowNanos - periodStartNanos >= PERIOD_NANOS) {
            isStarted = true;
            periodStartNanos = nowNanos;
            used = 0;
        }
        if (used >= ANSWERS) {
            return false;
        }
        used++;
        return true;
    }
}
