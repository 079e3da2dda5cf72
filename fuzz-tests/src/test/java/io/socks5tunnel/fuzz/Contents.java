// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

/// The bytes of both streams, so that each can be told right from wrong by its place alone.
final class Contents {
    private Contents() {}

    /// What the client sends with a sequence number.
    static byte ofClient(int seq) {
        return (byte) (seq * 31 ^ seq >>> 7 ^ seq >>> 16);
    }

    /// What the owner writes at a position of its stream.
    static byte ofOwner(int position) {
        return (byte) (position * 29 ^ position >>> 5 ^ position >>> 13);
    }
}
