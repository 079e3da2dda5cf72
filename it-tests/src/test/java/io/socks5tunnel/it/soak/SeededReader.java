// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.soak;

import io.socks5tunnel.it.transfer.SeededBytes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// Compares bytes with those that were sent as they come, so that those of a connection that is cut are judged,
/// too.
final class SeededReader {
    private static final int PIECE_BYTES = 16 * 1024;

    private SeededReader() {}

    /// What happens between two pieces.
    @FunctionalInterface
    interface Pause {
        void between() throws InterruptedException;
    }

    /// Reads exactly the first `length` bytes of the stream of `seed`.
    ///
    /// @throws WrongBytesException if others came
    /// @throws EOFException if the stream ended before
    static void read(InputStream in, long seed, long length) throws IOException {
        try {
            read(in, seed, length, () -> {});
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /// The same with a pause after each piece of up to 16 KiB.
    static void read(InputStream in, long seed, long length, Pause pause) throws IOException, InterruptedException {
        byte[] expected = new byte[PIECE_BYTES];
        byte[] received = new byte[PIECE_BYTES];
        for (long position = 0; position < length; position += PIECE_BYTES) {
            int wanted = (int) Math.min(PIECE_BYTES, length - position);
            SeededBytes.fill(expected, seed, position);
            int count = in.readNBytes(received, 0, wanted);
            int wrong = Arrays.mismatch(received, 0, count, expected, 0, count);
            if (wrong >= 0) {
                throw new WrongBytesException("byte " + (position + wrong) + " of seed " + seed + " is wrong");
            }
            if (count < wanted) {
                throw new EOFException("ended at " + (position + count) + " of " + length + " bytes");
            }
            pause.between();
        }
    }

    /// Reads the end of the stream.
    static void readEnd(InputStream in) throws IOException {
        if (in.read() >= 0) {
            throw new WrongBytesException("a byte after the last one");
        }
    }
}
