// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.util.Locale;
import java.util.Optional;

/// An [Affinity] as it is written: `auto`, `off` or a [CpuList].
final class AffinityText {
    private static final String AUTO = "auto";
    private static final String OFF = "off";

    private AffinityText() {}

    /// Reads a text, or finds that it is none of the forms.
    static Optional<Affinity> parse(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case AUTO -> Optional.of(Affinity.AUTO);
            case OFF -> Optional.of(Affinity.OFF);
            default -> CpuList.parse(text).filter(cpus -> !cpus.isEmpty()).map(Affinity.Listed::new);
        };
    }

    static String print(Affinity affinity) {
        return switch (affinity) {
            case Affinity.Auto _ -> AUTO;
            case Affinity.Off _ -> OFF;
            case Affinity.Listed listed -> listed.cpus().toString();
        };
    }
}
