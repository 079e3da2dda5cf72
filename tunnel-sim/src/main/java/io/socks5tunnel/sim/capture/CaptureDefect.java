// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

/// What is wrong with a capture file, and where. Packets before that place were read; nothing behind it was.
///
/// @param offset where the broken block or record begins, in bytes from the start of the file (of the unpacked data
///     where the file is compressed)
/// @param text what is wrong there: a sentence without its full stop
public record CaptureDefect(long offset, String text) {
    /// For people: offset and text in one line.
    public String message() {
        return "at byte " + offset + ": " + text;
    }
}
