// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

/// What a [Wire] has done so far, in packets as they were on the wire, super-segments cut.
///
/// @param sent packets that were put on it
/// @param delivered packets that left it at the other end, duplicates counted
/// @param lost packets lost by chance
/// @param overflowed packets lost because the queue was full
/// @param duplicated packets that were delivered twice
/// @param corrupted packets of which a bit was turned
/// @param delayed packets that were held back so that others overtook them
public record WireStatistics(
        long sent, long delivered, long lost, long overflowed, long duplicated, long corrupted, long delayed) {}
