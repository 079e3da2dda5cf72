// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

/// SipHash over 64-bit words, a hash whose key an attacker cannot learn from what he sees (Aumasson and Bernstein).
///
/// [#strong] is SipHash-2-4, for what goes on the wire; [#fast] is SipHash-1-3, for tables. Words are taken as the
/// eight bytes of a little-endian message. `begin`, any number of `add`, one `finish`; no allocation. Confined to
/// one thread.
public final class SipHash {
    private final long key0;
    private final long key1;
    private final int roundsPerWord;
    private final int roundsAtEnd;
    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private int words;

    private SipHash(long key0, long key1, int roundsPerWord, int roundsAtEnd) {
        this.key0 = key0;
        this.key1 = key1;
        this.roundsPerWord = roundsPerWord;
        this.roundsAtEnd = roundsAtEnd;
        begin();
    }

    /// SipHash-2-4 with a key of 128 bits.
    public static SipHash strong(long key0, long key1) {
        return new SipHash(key0, key1, 2, 4);
    }

    /// SipHash-1-3 with a key of 128 bits.
    public static SipHash fast(long key0, long key1) {
        return new SipHash(key0, key1, 1, 3);
    }

    /// Starts a message.
    public SipHash begin() {
        v0 = key0 ^ 0x736f6d6570736575L;
        v1 = key1 ^ 0x646f72616e646f6dL;
        v2 = key0 ^ 0x6c7967656e657261L;
        v3 = key1 ^ 0x7465646279746573L;
        words = 0;
        return this;
    }

    /// Appends a word to it.
    public SipHash add(long word) {
        words++;
        absorb(word);
        return this;
    }

    /// Ends the message.
    ///
    /// @return its hash
    public long finish() {
        absorb((long) words * Long.BYTES << 56);
        v2 ^= 0xff;
        rounds(roundsAtEnd);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private void absorb(long word) {
        v3 ^= word;
        rounds(roundsPerWord);
        v0 ^= word;
    }

    private void rounds(int count) {
        long a = v0;
        long b = v1;
        long c = v2;
        long d = v3;
        for (int i = 0; i < count; i++) {
            a += b;
            c += d;
            b = Long.rotateLeft(b, 13) ^ a;
            d = Long.rotateLeft(d, 16) ^ c;
            a = Long.rotateLeft(a, 32);
            c += b;
            a += d;
            b = Long.rotateLeft(b, 17) ^ c;
            d = Long.rotateLeft(d, 21) ^ a;
            c = Long.rotateLeft(c, 32);
        }
        v0 = a;
        v1 = b;
        v2 = c;
        v3 = d;
    }
}
