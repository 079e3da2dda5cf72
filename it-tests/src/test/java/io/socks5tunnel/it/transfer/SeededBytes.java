// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.transfer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Endless streams of bytes that a seed and a position determine, so that both ends of a connection can compute
/// what must have passed without telling each other. No two positions within reach hold the same eight bytes, so a
/// piece that is lost, doubled or swapped changes the hash.
public final class SeededBytes {
    /// Streams are made and read in pieces of this many bytes.
    public static final int CHUNK_BYTES = 64 * 1024;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private SeededBytes() {}

    /// Fills `chunk` with what the stream of `seed` has at `position`.
    ///
    /// @param chunk its length must be a multiple of 8
    /// @param position a multiple of 8, 0 for the beginning of the stream
    public static void fill(byte[] chunk, long seed, long position) {
        long counter = seed * 0x9e37_79b9_7f4a_7c15L + (position >>> 3);
        for (int i = 0; i < chunk.length; i += 8) {
            LONGS.set(chunk, i, mix(counter++));
        }
    }

    /// The SHA-256, in hex, of the first `length` bytes of the stream of `seed`.
    public static String sha256(long seed, long length) {
        MessageDigest digest = newDigest();
        byte[] chunk = new byte[CHUNK_BYTES];
        for (long position = 0; position < length; position += chunk.length) {
            fill(chunk, seed, position);
            digest.update(chunk, 0, (int) Math.min(chunk.length, length - position));
        }
        return hex(digest);
    }

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /// The output function of SplitMix64: a bijection, hence no two counters give the same value.
    private static long mix(long counter) {
        long z = counter;
        z = (z ^ z >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
        return z ^ z >>> 31;
    }
}
