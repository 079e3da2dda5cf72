// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

import java.nio.ByteBuffer;

/// The bytes of a stream, so that each can be told right from wrong by its place alone. They repeat after 16 MiB,
/// and lie ready, so that whole ranges can be copied and compared.
enum Contents {
    /// What the client sends, by sequence number.
    OF_CLIENT(31, 7, 16),
    /// What the owner writes, by position in its stream.
    OF_OWNER(29, 5, 13);

    private static final int PERIOD = 1 << 24;

    @SuppressWarnings("ImmutableEnumChecker") // written in the constructor only
    private final byte[] bytes = new byte[PERIOD];

    @SuppressWarnings("ImmutableEnumChecker") // a view of the same
    private final ByteBuffer view = ByteBuffer.wrap(bytes);

    Contents(int factor, int firstShift, int secondShift) {
        for (int i = 0; i < PERIOD; i++) {
            bytes[i] = (byte) (i * factor ^ i >>> firstShift ^ i >>> secondShift);
        }
    }

    /// Writes the bytes from `place` on.
    void put(int place, ByteBuffer into, int at, int length) {
        for (int done = 0; done < length; ) {
            int from = place + done & PERIOD - 1;
            int count = Math.min(length - done, PERIOD - from);
            into.put(at + done, bytes, from, count);
            done += count;
        }
    }

    /// How many bytes are as they should be from `place` on: `length`, or fewer.
    int matching(int place, ByteBuffer bytesFound, int at, int length) {
        int done = 0;
        while (done < length) {
            int from = place + done & PERIOD - 1;
            int count = Math.min(length - done, PERIOD - from);
            int difference = view.slice(from, count).mismatch(bytesFound.slice(at + done, count));
            if (difference >= 0) {
                return done + difference;
            }
            done += count;
        }
        return done;
    }
}
