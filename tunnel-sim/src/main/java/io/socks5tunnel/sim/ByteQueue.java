// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.util.Arrays;

/// Bytes in the order in which they came, to be read anywhere and taken from the front. Confined to one thread.
final class ByteQueue {
    private byte[] bytes = new byte[1024];
    private int start;
    private int size;

    int size() {
        return size;
    }

    void add(byte[] more) {
        if (start + size + more.length > bytes.length) {
            byte[] larger = size + more.length > bytes.length ? new byte[2 * (size + more.length)] : bytes;
            System.arraycopy(bytes, start, larger, 0, size);
            bytes = larger;
            start = 0;
        }
        System.arraycopy(more, 0, bytes, start + size, more.length);
        size += more.length;
    }

    /// A copy of `length` bytes at `offset` from the front.
    byte[] copy(int offset, int length) {
        if (offset < 0 || offset + length > size) {
            throw new IndexOutOfBoundsException(offset + "+" + length + " of " + size);
        }
        return Arrays.copyOfRange(bytes, start + offset, start + offset + length);
    }

    void remove(int count) {
        start += count;
        size -= count;
    }

    /// Takes up to `count` bytes from the front.
    byte[] take(int count) {
        byte[] taken = copy(0, Math.min(count, size));
        remove(taken.length);
        return taken;
    }
}
