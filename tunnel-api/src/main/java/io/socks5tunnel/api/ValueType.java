// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What a key may be set to.
sealed interface ValueType {
    /// Reads the text of a scalar.
    Reading read(String text);

    /// The allowed values, as the documentation and error messages put them.
    String description();

    /// A whole number.
    ///
    /// Follows C's `strtoul`, which hev-socks5-tunnel reads numbers with: space and a sign in front are skipped,
    /// what follows the digits is left alone, here with a remark.
    ///
    /// @param min the smallest that is allowed
    /// @param max the largest that is allowed
    /// @param unit what is counted, or empty
    /// @param isAnyBase whether 0x means hexadecimal and 0 in front octal
    record Numeric(long min, long max, String unit, boolean isAnyBase) implements ValueType {
        @Override
        public Reading read(String text) {
            if (text.isBlank()) {
                return min == 0
                        ? new Reading.Doubtful("0", "has no value and is read as 0")
                        : new Reading.Unusable("has no value");
            }
            NumberPrefix prefix = NumberPrefix.of(text, isAnyBase);
            if (!prefix.hasDigits()) {
                return new Reading.Unusable("is not a number");
            }
            if (prefix.value() < min || prefix.value() > max) {
                return new Reading.Unusable("is out of range");
            }
            String value = Long.toString(prefix.value());
            return prefix.isWhole(text)
                    ? new Reading.Taken(value)
                    : new Reading.Doubtful(value, "is read as " + value + ": what follows the number is ignored");
        }

        @Override
        public String description() {
            String range = max == Integer.MAX_VALUE ? "from " + min : min + " to " + max;
            return (unit.isEmpty() ? "number" : unit) + ", " + range + (isAnyBase ? ", any base" : "");
        }
    }

    /// One of some words.
    ///
    /// @param words the words, in lower case
    /// @param isAnyCase whether capitals are as good
    record Choice(List<String> words, boolean isAnyCase) implements ValueType {
        Choice(String... words) {
            this(List.of(words), true);
        }

        @Override
        public Reading read(String text) {
            String word = isAnyCase ? text.toLowerCase(Locale.ROOT) : text;
            if (words.contains(word)) {
                return new Reading.Taken(word);
            }
            return new Reading.Unusable(text.isEmpty() ? "has no value" : "is not known");
        }

        @Override
        public String description() {
            return words.stream().map(word -> "`" + word + "`").collect(Collectors.joining(" or "));
        }
    }

    /// Text by a rule. Empty text is as good as none: who needs one says so by [ConfigKey#isRequired()].
    record Text(TextRule rule) implements ValueType {
        @Override
        public Reading read(String text) {
            if (text.indexOf('\0') >= 0) {
                return new Reading.Unusable("holds a zero byte");
            }
            String problem = text.isEmpty() ? rule.problemOfEmpty() : rule.problemOf(text);
            if (problem.isEmpty()) {
                return new Reading.Taken(text);
            }
            return text.isEmpty() ? new Reading.Doubtful(text, problem) : new Reading.Unusable(problem);
        }

        @Override
        public String description() {
            return rule.description();
        }
    }

    /// Anything at all, since nobody looks at it.
    record Anything() implements ValueType {
        @Override
        public Reading read(String text) {
            return new Reading.Taken(text);
        }

        @Override
        public String description() {
            return "anything";
        }
    }
}
