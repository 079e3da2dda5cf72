// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.hostile;

/// Where in the life of a flow the SOCKS server misbehaves.
enum Step {
    CONNECT("TCP connect"),
    METHOD("method reply"),
    LOGIN("login reply"),
    REQUEST("request reply"),
    STREAM("relaying a stream"),
    ASSOCIATION("UDP ASSOCIATE reply"),
    RELAY("UDP relay"),
    FRAMES("UDP-in-TCP");

    private final String title;

    Step(String title) {
        this.title = title;
    }

    /// For the table.
    String title() {
        return title;
    }
}
