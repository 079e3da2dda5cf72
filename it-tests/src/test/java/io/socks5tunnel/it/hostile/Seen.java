// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.hostile;

import java.util.Locale;

/// What a client saw of one attempt.
///
/// @param what one word, such as the name of an error
/// @param millis from the first packet to the last thing that was seen
public record Seen(String what, double millis) {
    static Seen parse(String line) {
        String[] words = line.split(" ", -1);
        return new Seen(words[0], Double.parseDouble(words[1]));
    }

    /// @param startNanos when it began
    static String line(String what, long startNanos) {
        return String.format(Locale.ROOT, "%s %.1f", what.replace(' ', '_'), (System.nanoTime() - startNanos) / 1e6);
    }
}
