// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

import java.util.Arrays;

/// Reads an input from front to back: what a target makes of its bytes. Behind the end there are only zeros, so
/// that every input has a meaning.
public final class FuzzBytes {
    private final byte[] bytes;
    private int at;

    public FuzzBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    public boolean hasMore() {
        return at < bytes.length;
    }

    public int remaining() {
        return bytes.length - at;
    }

    /// 0 to 255.
    public int u8() {
        return at < bytes.length ? Byte.toUnsignedInt(bytes[at++]) : 0;
    }

    /// -128 to 127.
    public int s8() {
        return (byte) u8();
    }

    /// 0 to 65535.
    public int u16() {
        return u8() << 8 | u8();
    }

    public int s32() {
        return u16() << 16 | u16();
    }

    /// 0 to `most`, which is below 256.
    public int upTo(int most) {
        return u8() % (most + 1);
    }

    public boolean flag() {
        return (u8() & 1) != 0;
    }

    /// The next bytes, or as many as there are.
    public byte[] take(int most) {
        byte[] piece = Arrays.copyOfRange(bytes, at, at + Math.min(most, remaining()));
        at += piece.length;
        return piece;
    }

    public byte[] rest() {
        return take(remaining());
    }
}
