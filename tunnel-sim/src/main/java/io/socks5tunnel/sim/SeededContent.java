// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

/// An endless byte stream that follows from a seed; any part of it can be made and checked on its own.
///
/// @param seed which stream
public record SeededContent(long seed) {
    /// The byte at `position`, 0 or more.
    public byte at(long position) {
        long word = (position >>> 3) * 0x9e37_79b9_7f4a_7c15L + seed;
        word = (word ^ word >>> 32) * 0xd6e8_feb8_6659_fd93L;
        word ^= word >>> 32;
        return (byte) (word >>> ((position & 7) << 3));
    }

    /// A copy of `length` bytes at `position`.
    public byte[] bytes(long position, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = at(position + i);
        }
        return bytes;
    }

    /// Where `bytes` differ from the part of the stream that begins at `position`, or -1 if they are equal.
    public long mismatch(long position, byte[] bytes, int offset, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[offset + i] != at(position + i)) {
                return position + i;
            }
        }
        return -1;
    }
}
