// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Finds the word that somebody may have meant.
final class NearestWord {
    /// Longer words are no typing mistake, and comparing them would take its time.
    private static final int MAX_LENGTH = 64;

    private NearestWord() {}

    /// The known word with the fewest edits between it and this one, if they are few for its length.
    /// Capitals do not count: all names are in lower case.
    static Optional<String> of(String word, List<String> known) {
        if (word.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        String inLowerCase = word.toLowerCase(Locale.ROOT);
        String nearest = "";
        int fewest = Integer.MAX_VALUE;
        for (String candidate : known) {
            int edits = edits(inLowerCase, candidate);
            if (edits < fewest) {
                fewest = edits;
                nearest = candidate;
            }
        }
        return fewest <= Math.max(2, nearest.length() / 3) && fewest < nearest.length()
                ? Optional.of(nearest)
                : Optional.empty();
    }

    /// Levenshtein's distance: insertions, deletions and replacements, row by row.
    static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
