// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

/// How a process of the lab ended, and what it printed.
///
/// @param name what it was started as
/// @param exitCode 0 to 255
/// @param output standard output
/// @param errors standard error
public record Ended(String name, int exitCode, String output, String errors) {
    /// Fails unless the process ended with 0.
    public Ended orFail() {
        if (exitCode != 0) {
            throw new IllegalStateException(this.toString());
        }
        return this;
    }

    @Override
    public String toString() {
        return name + " ended with " + exitCode + "\n--- output\n" + tail(output) + "\n--- errors\n" + tail(errors);
    }

    private static String tail(String text) {
        int limit = 4000;
        return text.length() <= limit ? text : "…" + text.substring(text.length() - limit);
    }
}
