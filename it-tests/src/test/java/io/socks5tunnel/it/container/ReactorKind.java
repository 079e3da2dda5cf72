// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.container;

import io.socks5tunnel.api.TunnelBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What the shards of a tunnel wait in.
enum ReactorKind {
    /// The native one, which is taken where nothing is said.
    LINUX,
    /// The portable one, by `java.nio`.
    NIO;

    /// A command line that starts Java, with this reactor chosen.
    List<String> in(List<String> command) {
        List<String> chosen = new ArrayList<>(command);
        chosen.add(1, "-D" + TunnelBuilder.REACTOR_PROPERTY + "=" + word());
        return chosen;
    }

    /// Its name in the property.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
