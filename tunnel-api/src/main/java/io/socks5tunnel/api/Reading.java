// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

/// What became of the text of a value.
sealed interface Reading {
    /// Understood.
    ///
    /// @param value the value in its plain form: decimal numbers, words in lower case
    record Taken(String value) implements Reading {}

    /// Understood as hev-socks5-tunnel would, which may not be what was meant.
    ///
    /// @param value the value in its plain form
    /// @param remark continues a sentence that begins with key and value
    record Doubtful(String value, String remark) implements Reading {}

    /// Not understood.
    ///
    /// @param problem continues a sentence that begins with key and value
    record Unusable(String problem) implements Reading {}
}
