// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

/// Something in a configuration that does not stop the tunnel but that its author should know. Never holds a
/// secret.
///
/// @param severity how much it matters
/// @param line line in the file, from 1, or 0 where the remark is about something that is missing
/// @param column column in the line, from 1, or 0
/// @param text the remark, without the place
public record ConfigWarning(Severity severity, int line, int column, String text) {
    /// How much a remark matters.
    public enum Severity {
        /// Accepted on purpose, but without effect.
        INFO,
        /// Probably not what was meant.
        WARNING
    }

    /// The remark with its place in front, as a log line takes it.
    @Override
    public String toString() {
        return line == 0 ? text : "line " + line + ", column " + column + ": " + text;
    }
}
