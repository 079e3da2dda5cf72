// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.nio;

import java.nio.channels.SelectionKey;

/// What hangs on a key of the selector. Confined to one shard.
interface NioTarget {
    /// Takes over what the selector found; called during the selection.
    void onSelected(SelectionKey key);

    /// Tells the handler what was found, unless it was closed meanwhile; called after the selection.
    void tell();
}
