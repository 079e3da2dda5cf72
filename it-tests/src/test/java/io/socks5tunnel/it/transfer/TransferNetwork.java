// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.transfer;

import java.io.IOException;
import java.net.InetSocketAddress;

/// Where the connections of a [TransferClient] come from.
@FunctionalInterface
public interface TransferNetwork {
    /// Opens a connection, and waits until it is open.
    ///
    /// @param mode what it will be used for
    TransferConnection connect(InetSocketAddress server, TransferMode mode) throws IOException;
}
