// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.util.regex.Pattern;

/// Prints a configuration as YAML that could be loaded again, but for the secrets.
final class EffectiveConfig {
    private static final String MASK = "***";
    private static final Pattern PLAIN_WORD = Pattern.compile("[A-Za-z0-9/][A-Za-z0-9._/-]*");

    private EffectiveConfig() {}

    static String print(TunnelConfig config) {
        StringBuilder yaml = new StringBuilder();
        for (ConfigSection section : ConfigSection.values()) {
            if (section == ConfigSection.SOCKS5 && config.socks5().isNone()) {
                continue;
            }
            yaml.append(section.text()).append(":\n");
            for (ConfigKey key : ConfigKey.of(section)) {
                print(yaml, key, key.isSecret() ? masked(config) : key.effective(config));
            }
        }
        return yaml.toString();
    }

    /// An empty user name or password is one as well: without its key, the text would not load again.
    private static String masked(TunnelConfig config) {
        return config.socks5().credentials().isPresent() ? MASK : "";
    }

    private static void print(StringBuilder yaml, ConfigKey key, String value) {
        if (!key.isPrinted() || value.isEmpty()) {
            return;
        }
        yaml.append("  ").append(key.text()).append(": ").append(quoted(value));
        yaml.append('\n');
    }

    /// The value as it is where any YAML reader takes it for one word, else in double quotes.
    private static String quoted(String value) {
        if (PLAIN_WORD.matcher(value).matches()) {
            return value;
        }
        StringBuilder quoted = new StringBuilder("\"");
        value.codePoints().forEach(c -> appendEscaped(quoted, c));
        return quoted.append('"').toString();
    }

    private static void appendEscaped(StringBuilder quoted, int codePoint) {
        if (codePoint == '"' || codePoint == '\\') {
            quoted.append('\\').appendCodePoint(codePoint);
        } else if (codePoint >= ' ' && codePoint < 0x7F) {
            quoted.appendCodePoint(codePoint);
        } else {
            quoted.append(String.format("\\U%08x", codePoint));
        }
    }
}
