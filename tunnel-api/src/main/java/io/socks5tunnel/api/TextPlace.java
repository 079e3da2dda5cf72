// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

/// A place in a text, as editors count.
///
/// @param line from 1
/// @param column in code points, from 1
record TextPlace(int line, int column) {
    /// The place behind this many code points of a text, or its end if it is shorter.
    static TextPlace ofCodePoint(String text, int codePoints) {
        int line = 1;
        int column = 1;
        int at = 0;
        for (int i = 0; i < codePoints && at < text.length(); i++) {
            int codePoint = text.codePointAt(at);
            at += Character.charCount(codePoint);
            if (codePoint == '\n') {
                line++;
                column = 1;
            } else {
                column++;
            }
        }
        return new TextPlace(line, column);
    }

    /// The place behind a text.
    static TextPlace after(String text) {
        return ofCodePoint(text, text.length());
    }
}
