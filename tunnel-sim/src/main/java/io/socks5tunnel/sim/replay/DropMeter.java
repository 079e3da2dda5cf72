// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.api.DropReason;
import java.util.EnumMap;
import java.util.Map;

/// Tells which packets the tunnel has dropped since the last look, from its counters.
final class DropMeter {
    private final Map<DropReason, Long> seen = new EnumMap<>(DropReason.class);

    /// What is new in `drops`, the counters as they stand now.
    Map<DropReason, Long> difference(Map<DropReason, Long> drops) {
        Map<DropReason, Long> news = new EnumMap<>(DropReason.class);
        for (Map.Entry<DropReason, Long> entry : drops.entrySet()) {
            long before = seen.getOrDefault(entry.getKey(), 0L);
            if (entry.getValue() != before) {
                news.put(entry.getKey(), entry.getValue() - before);
                seen.put(entry.getKey(), entry.getValue());
            }
        }
        return news;
    }
}
