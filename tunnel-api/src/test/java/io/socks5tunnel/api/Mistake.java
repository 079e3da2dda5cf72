// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

/// A mistake that people make in a configuration.
///
/// @param title what is wrong, for the documentation
/// @param yaml the whole configuration
/// @param hev what hev-socks5-tunnel 2.16.0 does
/// @param outcome what happens here
/// @param message the whole message, or the whole first remark
record Mistake(String title, String yaml, String hev, Outcome outcome, String message) {
    enum Outcome {
        REFUSED,
        WARNED,
        INFORMED
    }

    @Override
    public String toString() {
        return title;
    }
}
