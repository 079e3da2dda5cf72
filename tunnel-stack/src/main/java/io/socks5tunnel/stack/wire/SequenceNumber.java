// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

/// Comparison of TCP sequence numbers, which live on a circle of 2^32 (RFC 9293 §3.4).
///
/// Two numbers are compared as if they were less than 2^31 apart; at exactly 2^31 each is before the other.
public final class SequenceNumber {
    private SequenceNumber() {}

    /// Whether `a` comes before `b`.
    public static boolean isBefore(int a, int b) {
        return a - b < 0;
    }

    /// Whether `a` is `b` or comes before it.
    public static boolean isAtOrBefore(int a, int b) {
        return a == b || a - b < 0;
    }

    /// Whether `a` comes after `b`.
    public static boolean isAfter(int a, int b) {
        return isBefore(b, a);
    }

    /// Whether `a` is `b` or comes after it.
    public static boolean isAtOrAfter(int a, int b) {
        return isAtOrBefore(b, a);
    }

    /// How far it is from `from` to `to`, -2^31 to 2^31 - 1; negative if `to` comes before `from`.
    public static int distance(int from, int to) {
        return to - from;
    }

    /// The later of the two.
    public static int max(int a, int b) {
        return isBefore(a, b) ? b : a;
    }

    /// The earlier of the two.
    public static int min(int a, int b) {
        return isBefore(a, b) ? a : b;
    }

    /// Whether `left <= seq < left + windowBytes`.
    ///
    /// @param windowBytes taken as unsigned; 0 means that nothing is inside
    public static boolean isInWindow(int seq, int left, int windowBytes) {
        return Integer.compareUnsigned(seq - left, windowBytes) < 0;
    }
}
