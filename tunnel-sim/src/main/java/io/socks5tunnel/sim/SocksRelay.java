// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.io.IOException;
import java.nio.channels.SelectionKey;

/// What serves a client of an [EmbeddedSocksServer] once its request was granted. Confined to its loop's thread.
interface SocksRelay {
    /// Moves what can be moved.
    ///
    /// @return true if the client and its relay have come to an end in good order
    /// @throws IOException if one side was reset; the other one must be, too
    boolean onReady(SelectionKey key) throws IOException;

    /// Gives buffers and channels of its own back; the client's and the destination's channels are closed
    /// elsewhere.
    void release();
}
