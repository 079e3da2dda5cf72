// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

/// One thing to measure.
///
/// @param mtuBytes of the TUN device
/// @param direction up is from the client to the server
/// @param streams TCP connections at once
record Cell(int mtuBytes, Direction direction, int streams) {
    /// Which way the bytes go.
    enum Direction {
        UP,
        DOWN
    }

    @Override
    public String toString() {
        return "MTU " + mtuBytes + " " + direction.name().toLowerCase(java.util.Locale.ROOT) + " " + streams;
    }
}
