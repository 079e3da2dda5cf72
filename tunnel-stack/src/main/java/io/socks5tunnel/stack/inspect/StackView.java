// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.inspect;

import io.socks5tunnel.stack.FlowKey;
import java.util.List;

/// What the flow table of one stack holds.
///
/// @param connections connections in any state but TIME-WAIT
/// @param requests SYNs that are held
/// @param timeWaits connections that only wait for old segments to die
public record StackView(List<FlowView> connections, List<FlowKey> requests, List<FlowKey> timeWaits) {
    /// Entries of any kind.
    public int size() {
        return connections.size() + requests.size() + timeWaits.size();
    }
}
