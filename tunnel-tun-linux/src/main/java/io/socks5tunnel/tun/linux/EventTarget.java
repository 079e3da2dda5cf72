// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

/// Whoever a descriptor's events are for. Confined to one shard.
interface EventTarget {
    /// @param events `EPOLL…` bits
    void onEvents(int events);

    /// The reactor closes: a descriptor of the target's own must be closed too.
    void onReactorClosed();
}
