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

    /// How many queues there are, at least 1.
    int queueCount();

    /// Queue `index`, 0 to `queueCount() - 1`.
    TunQueue queue(int index);

    /// Whether [#serve] is possible here.
    default boolean canRestQueues() {
        return false;
    }

    /// Lets only the first queues have packets from now on; at the start all have. Those that rest find nothing to
    /// read, and are otherwise what they were: they may be read, waited for and written to.
    ///
    /// What waits in a queue when it begins to rest is lost, as on a wire. The call may block for some
    /// milliseconds, so no shard makes it.
    ///
    /// @param queues how many, 1 to `queueCount()`
    /// @throws IOException if the system did not do it, or cannot, or the device is closed; as many as before, or
    ///     some of those in between, have packets then
    default void serve(int queues) throws IOException {
        throw new IOException("the queues of " + name() + " cannot rest");
    }

    /// One line for the log: what was asked of the kernel and what it gave.
    String description();

    /// Closes all queues; a device that this process made is gone afterwards.
    @Override
    void close() throws IOException;
}
