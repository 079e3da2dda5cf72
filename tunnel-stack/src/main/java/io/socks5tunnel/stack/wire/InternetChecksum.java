// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

import io.socks5tunnel.api.spi.GatherList;
import java.nio.ByteBuffer;

/// The Internet checksum (RFC 1071): the 16-bit one's complement of the one's complement sum of 16-bit words.
///
/// A sum is carried as an unfolded `long` of big-endian words until [#fold] or [#finish]; sums are added with `+` where
/// the second one begins at an even distance from the first, and with [#combine] where it may be odd. A `long` holds the
/// sums of several MiB without overflow. Pure; from any thread.
public final class InternetChecksum {
    private InternetChecksum() {}

    /// The sum of `length` bytes from `at` on; an odd last byte is the high half of a word.
    ///
    /// @param bytes big endian, as every slab is
    public static long sum(ByteBuffer bytes, int at, int length) {
        long sum = 0;
        int end = at + length;
        int i = at;
        for (; i + 1 < end; i += 2) {
            sum += bytes.getShort(i) & 0xffff;
        }
        return i < end ? sum + ((bytes.get(i) & 0xff) << 8) : sum;
    }

    /// The sum over all ranges as if they were one; ranges may be of odd length.
    public static long sum(GatherList ranges) {
        long sum = 0;
        int before = 0;
        for (int i = 0; i < ranges.count(); i++) {
            int length = ranges.length(i);
            sum = combine(sum, sum(ranges.slab(i).bytes(), ranges.offset(i), length), before);
            before += length;
        }
        return sum;
    }

    /// Adds the sum of what follows `bytesBefore` bytes that `sum` covers: after an odd number, its bytes change sides.
    public static long combine(long sum, long nextSum, int bytesBefore) {
        if ((bytesBefore & 1) == 0) {
            return sum + nextSum;
        }
        int folded = fold(nextSum);
        return sum + ((folded & 0xff) << 8 | folded >>> 8);
    }

    /// The sum in 16 bits, 0 to 65535, not inverted: what a partial checksum field holds.
    public static int fold(long sum) {
        long folded = (sum >>> 32) + (sum & 0xffff_ffffL);
        folded = (folded >>> 16) + (folded & 0xffff);
        folded = (folded >>> 16) + (folded & 0xffff);
        folded = (folded >>> 16) + (folded & 0xffff);
        return (int) folded;
    }

    /// The checksum to store, 0 to 65535. Over bytes that contain a right checksum this is 0.
    public static int finish(long sum) {
        return ~fold(sum) & 0xffff;
    }

    /// The sum of the pseudo-header of TCP and UDP over IPv4 (RFC 9293 §3.1).
    ///
    /// @param length transport header and payload, bytes
    public static long pseudoHeaderIpv4(int source, int destination, int protocol, int length) {
        return Integer.toUnsignedLong(source) + Integer.toUnsignedLong(destination) + protocol + length;
    }

    /// The sum of the pseudo-header over IPv6 (RFC 8200 §8.1).
    ///
    /// It serves IPv4 as well when the addresses are in mapped form: the prefix `::ffff` adds 0xffff, which is zero in
    /// one's complement.
    ///
    /// @param length upper-layer header and payload, bytes
    public static long pseudoHeader(
            long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int protocol, int length) {
        return halves(sourceHigh) + halves(sourceLow) + halves(destinationHigh) + halves(destinationLow) + protocol + length;
    }

    private static long halves(long word) {
        return (word >>> 32) + (word & 0xffff_ffffL);
    }
}
