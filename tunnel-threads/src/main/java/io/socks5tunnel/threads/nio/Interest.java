// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.nio;

import io.socks5tunnel.api.spi.ReadyHandler;
import java.nio.channels.SelectionKey;

/// Makes edges of the selector's levels for one channel: what was told is no longer asked for, until a call has
/// returned "would block" ([#want]). Confined to one shard.
final class Interest {
    private final SelectionKey key;
    private int selectedOps;

    /// @param key registered with what is asked for first
    Interest(SelectionKey key) {
        this.key = key;
    }

    /// Notes what the selector found, and asks for it no more.
    void onSelected() {
        selectedOps |= key.readyOps();
        key.interestOpsAnd(~key.readyOps());
    }

    /// What was found since the last call, as [ReadyHandler] says it.
    int takeReadyOps() {
        int found = selectedOps;
        selectedOps = 0;
        int ready = (found & SelectionKey.OP_READ) != 0 ? ReadyHandler.READABLE : 0;
        boolean isWritable = (found & (SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT)) != 0;
        return isWritable ? ready | ReadyHandler.WRITABLE : ready;
    }

    /// Asks for `ops` until they are found.
    void want(int ops) {
        key.interestOpsOr(ops);
    }

    /// Asks for `ops` no more.
    void stop(int ops) {
        key.interestOpsAnd(~ops);
    }
}
