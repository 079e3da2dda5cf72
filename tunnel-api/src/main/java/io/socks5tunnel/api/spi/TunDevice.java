// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

import java.io.IOException;

/// An open TUN device.
///
/// Its methods may be called from any thread; each [TunQueue] then belongs to one shard.
public interface TunDevice extends AutoCloseable {
    /// The interface's name, such as `tun0`.
    String name();

    /// The interface's index, or 0 where there is none.
    int index();

    /// The largest packet that is not a super-segment, bytes, 68 to 65535.
    int mtuBytes();

    /// How many queues are attached, at least 1.
    int queueCount();

    /// Queue `index`, 0 to `queueCount() - 1`.
    TunQueue queue(int index);

    /// One line for the log: what was asked of the kernel and what it gave.
    String description();

    /// Closes all queues; a device that this process made is gone afterwards.
    @Override
    void close() throws IOException;
}
