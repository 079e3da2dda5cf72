// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import io.socks5tunnel.api.ConfigWarning.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Collects what is odd about a configuration, and words it.
final class ConfigRemarks {
    /// Who gets that many will not read more.
    private static final int MAX_REMARKS = 100;
    /// A value or a name in a message is cut to this many characters.
    private static final int MAX_SHOWN = 60;

    private final List<ConfigWarning> warnings = new ArrayList<>();

    void add(ConfigWarning warning) {
        if (warnings.size() < MAX_REMARKS) {
            warnings.add(warning);
        }
    }

    void warn(YamlNode place, String text) {
        add(new ConfigWarning(Severity.WARNING, place.line(), place.column(), text));
    }

    void inform(YamlNode place, String text) {
        add(new ConfigWarning(Severity.INFO, place.line(), place.column(), text));
    }

    /// All remarks in the order of the text; those on what is missing come last.
    List<ConfigWarning> inOrder() {
        return warnings.stream()
                .sorted(Comparator.comparingInt((ConfigWarning w) -> w.line() == 0 ? Integer.MAX_VALUE : w.line())
                        .thenComparingInt(ConfigWarning::column))
                .toList();
    }

    /// Key and value as messages begin; the value of a secret key is left out.
    static String subject(ConfigKey key, String value) {
        return key.isSecret() ? key.path() : key.path() + " \"" + shown(value) + "\"";
    }

    /// An unknown name, quoted. Behind a colon, an equals sign or a blank somebody may have put a value, even a
    /// password, without the colon and the space that YAML wants.
    static String shownName(String name) {
        int end = 0;
        while (end < name.length() && ":= \t".indexOf(name.charAt(end)) < 0) {
            end++;
        }
        boolean isWhole = end == name.length();
        return "\""
                + (isWhole
                        ? shown(name)
                        : shown(name.substring(0, end)) + printable(name.substring(end, end + 1)) + "…")
                + "\"";
    }

    /// The end of a message, which says what would have been right.
    static String allowed(ConfigKey key) {
        return "; allowed: " + key.type().description();
    }

    /// The text with question marks for what a terminal might obey.
    static String printable(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            printable.append(Character.isISOControl(c) ? '?' : c);
        }
        return printable.toString();
    }

    private static String shown(String text) {
        return text.length() > MAX_SHOWN ? printable(text.substring(0, MAX_SHOWN)) + "…" : printable(text);
    }
}
