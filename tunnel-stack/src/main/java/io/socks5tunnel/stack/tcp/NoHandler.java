// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.stack.TcpFlowHandler;

/// Told in place of a handler that was not set.
enum NoHandler implements TcpFlowHandler {
    INSTANCE;

    @Override
    public void onConfirmed() {}

    @Override
    public void onReadable() {}

    @Override
    public void onWritable() {}

    @Override
    public void onReset() {}

    @Override
    public void onClosed() {}
}
