// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.TunQueue;
import java.io.IOException;

/// The reading end of one TUN queue: its readiness and its burst. Confined to one shard.
final class QueueReader {
    private final TunQueue queue;
    private final PacketBurst burst;
    private final ShardSlabPool slabs;
    private boolean isReadable;
    private boolean isStarved;

    QueueReader(TunQueue queue, ShardSlabPool slabs) {
        this.queue = queue;
        this.slabs = slabs;
        burst = new PacketBurst(slabs.forBursts());
    }

    /// Asks to be told when packets arrive.
    void watch(Reactor reactor) throws IOException {
        reactor.watch(queue, _ -> isReadable = true);
    }

    /// Whether a [#read] may find packets.
    boolean isReadable() {
        return isReadable;
    }

    /// Whether reading on at once makes sense: there was a slab to read into.
    boolean hasMore() {
        return isReadable && !isStarved;
    }

    /// Reads what waits, at most one burst, valid until [#clear].
    ///
    /// Reading never stops for want of memory: a burst has at least the slab that is kept back for it, and flows
    /// may not keep the burst's slabs while they are scarce. They drop data then, but still see the
    /// acknowledgements that free memory.
    PacketBurst read() throws DeviceFailedException {
        try {
            isReadable = queue.read(burst);
            isStarved = isReadable && burst.count() == 0;
        } catch (IOException e) {
            throw new DeviceFailedException(e);
        }
        burst.keepSlabs(slabs.isShort());
        return burst;
    }

    /// Ends every view of the burst. The slabs stay for the next one, or go back to the pool if nothing waits.
    void clear() {
        if (isReadable) {
            burst.clear();
        } else {
            burst.release();
        }
    }
}
