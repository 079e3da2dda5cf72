// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.util.Arrays;
import java.util.Optional;

/// The sections of a configuration, in the order in which they are documented and printed.
enum ConfigSection {
    TUNNEL("tunnel"),
    SOCKS5("socks5"),
    MAPDNS("mapdns"),
    DNS("dns"),
    MISC("misc"),
    THREADS("threads");

    private final String text;

    ConfigSection(String text) {
        this.text = text;
    }

    /// The name as it stands in a file.
    String text() {
        return text;
    }

    static Optional<ConfigSection> named(String text) {
        return Arrays.stream(values())
                .filter(section -> section.text.equals(text))
                .findFirst();
    }
}
