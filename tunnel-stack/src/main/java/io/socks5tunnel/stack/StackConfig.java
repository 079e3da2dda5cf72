// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

/// What a stack must be told; everything else it knows from RFCs.
///
/// @param mtuBytes the device's MTU, bytes, 68 to 65535
/// @param initialReceiveWindowBytes what a new flow's client may send before anything was consumed
/// @param maxReceiveWindowBytes what a fast flow's window may grow to, at most 1 GiB
/// @param initialSendBufferBytes what a new flow keeps unacknowledged and unsent
/// @param maxSendBufferBytes what a fast flow's send queue may grow to
/// @param minRtoNanos floor of the retransmission time-out; RFC 6298 §2.4 says 1 s, Linux uses 200 ms
/// @param maxRtoNanos its ceiling, at least 60 s
/// @param timeWaitNanos twice the maximum segment lifetime
/// @param isEchoAnswered whether ICMP echo requests are answered, whatever their destination
public record StackConfig(
        int mtuBytes,
        int initialReceiveWindowBytes,
        int maxReceiveWindowBytes,
        int initialSendBufferBytes,
        int maxSendBufferBytes,
        long minRtoNanos,
        long maxRtoNanos,
        long timeWaitNanos,
        boolean isEchoAnswered) {
    /// The defaults for a device of the given MTU: echo requests are not answered.
    public static StackConfig forMtu(int mtuBytes) {
        return new StackConfig(
                mtuBytes,
                256 * 1024,
                4 << 20,
                256 * 1024,
                4 << 20,
                200_000_000L,
                60_000_000_000L,
                60_000_000_000L,
                false);
    }

    /// The same, but for echo requests.
    public StackConfig answeringEchoes(boolean isAnswered) {
        return new StackConfig(
                mtuBytes,
                initialReceiveWindowBytes,
                maxReceiveWindowBytes,
                initialSendBufferBytes,
                maxSendBufferBytes,
                minRtoNanos,
                maxRtoNanos,
                timeWaitNanos,
                isAnswered);
    }
}
