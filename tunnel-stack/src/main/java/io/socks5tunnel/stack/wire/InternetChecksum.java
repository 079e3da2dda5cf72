// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

import io.socks5tunnel.api.spi.GatherList;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The Internet checksum (RFC 1071): the 16-bit one's complement of the one's complement sum of 16-bit words.
///
/// A sum is carried as an unfolded `long` of big-endian words until [#fold] or [#finish]; sums are added with `+`
/// where the second one begins at an even distance from the first, and with [#combine] where it may be odd. A
/// `long` holds the sums of several MiB without overflow. Pure; from any thread.
public final class InternetChecksum {
    // The byte order does not matter to a one's complement sum, only to its result (RFC 1071 §2), and with reads in
    // the machine's own order the JIT compiler makes vector instructions of a long loop: 64 KiB in 0.7 instead of
    // 3.7 µs on an AMD EPYC.
    private static final VarHandle NATIVE_LONG =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final boolean IS_LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    private static final int LONG_RANGE = 128;
    private static final long LOW_HALF = 0xffff_ffffL;

    private InternetChecksum() {}

    /// The sum of `length` bytes from `at` on; an odd last byte is the high half of a word.
    ///
    /// @param bytes big endian, as every slab is
    /// @param length 0 to 2^30
    public static long sum(ByteBuffer bytes, int at, int length) {
        long sum = 0;
        int i = at;
        if (length >= LONG_RANGE) {
            i = at + (length & ~7);
            sum = sumLongs(bytes, at, i);
        }
        for (int end = at + (length & ~7); i < end; i += Long.BYTES) {
            sum += halves(bytes.getLong(i));
        }
        if ((length & 4) != 0) {
            sum += bytes.getInt(i) & LOW_HALF;
            i += Integer.BYTES;
        }
        if ((length & 2) != 0) {
            sum += bytes.getShort(i) & 0xffff;
            i += Short.BYTES;
        }
        return (length & 1) == 0 ? sum : sum + ((bytes.get(i) & 0xff) << 8);
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

    /// Adds the sum of what follows `bytesBefore` bytes that `sum` covers: after an odd number, its bytes change
    /// sides.
    public static long combine(long sum, long nextSum, int bytesBefore) {
        if ((bytesBefore & 1) == 0) {
            return sum + nextSum;
        }
        return sum + swapped(fold(nextSum));
    }

    /// The sum in 16 bits, 0 to 65535, not inverted: what a partial checksum field holds.
    public static int fold(long sum) {
        long folded = (sum >>> 32) + (sum & LOW_HALF);
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
    /// It serves IPv4 as well when the addresses are in mapped form: the prefix `::ffff` adds 0xffff, which is
    /// zero in one's complement.
    ///
    /// @param length upper-layer header and payload, bytes
    public static long pseudoHeader(
            long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int protocol, int length) {
        return halves(sourceHigh)
                + halves(sourceLow)
                + halves(destinationHigh)
                + halves(destinationLow)
                + protocol
                + length;
    }

    // A method of its own, so that the many headers summed do not teach the JIT compiler that this loop is short.
    private static long sumLongs(ByteBuffer bytes, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i += Long.BYTES) {
            sum += halves((long) NATIVE_LONG.get(bytes, i));
        }
        return IS_LITTLE_ENDIAN ? swapped(fold(sum)) : sum;
    }

    private static long halves(long word) {
        return (word >>> 32) + (word & LOW_HALF);
    }

    private static int swapped(int folded) {
        return (folded & 0xff) << 8 | folded >>> 8;
    }
}
