// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import java.io.IOException;
import java.io.Serial;

/// The TUN device is gone: not one shard, but the whole tunnel has to end.
final class DeviceFailedException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    DeviceFailedException(IOException cause) {
        super("the TUN device failed: " + cause.getMessage(), cause);
    }
}
