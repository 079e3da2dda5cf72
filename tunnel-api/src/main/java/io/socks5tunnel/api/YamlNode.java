// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.util.ArrayList;
import java.util.List;

/// A node of a YAML document with its place. Scalars keep their text: nothing is turned into a number or a flag
/// here, so quotes make no difference.
sealed interface YamlNode {
    /// Line of the node's first character, from 1.
    int line();

    /// Column of the node's first character, from 1.
    int column();

    /// A single value, without its quotes.
    record Scalar(String text, int line, int column) implements YamlNode {}

    /// A list. What is in it matters to nobody here.
    record Sequence(int line, int column) implements YamlNode {}

    /// Keys and values in the order of the text, repeated keys included. No record, since an alias can make a
    /// mapping contain itself, and then neither `hashCode` nor `toString` would end.
    final class Mapping implements YamlNode {
        private final List<Entry> entries = new ArrayList<>();
        private final int line;
        private final int column;

        Mapping(int line, int column) {
            this.line = line;
            this.column = column;
        }

        List<Entry> entries() {
            return entries;
        }

        @Override
        public int line() {
            return line;
        }

        @Override
        public int column() {
            return column;
        }
    }

    /// A key of a mapping and what it stands for.
    record Entry(YamlNode key, YamlNode value) {}
}
