// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.soak;

import io.socks5tunnel.it.lab.LabProcess;
import java.util.List;

/// What the tunnel holds when no flow is left.
///
/// @param descriptors how many are open
/// @param threads by name
/// @param residentBytes memory that is in RAM
record QuietMoment(int descriptors, List<String> threads, long residentBytes) {
    static QuietMoment of(LabProcess tunnel) {
        return new QuietMoment(
                tunnel.descriptors(), tunnel.threads(), tunnel.usage().residentBytes());
    }

    /// Whether it holds exactly what it held then, memory aside.
    boolean holdsWhat(QuietMoment before) {
        return descriptors == before.descriptors && threads.equals(before.threads);
    }
}
