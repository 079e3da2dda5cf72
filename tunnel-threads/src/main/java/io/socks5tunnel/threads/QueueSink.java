// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.api.spi.TunQueue;
import io.socks5tunnel.stack.PacketSink;
import io.socks5tunnel.threads.ShardCounters.Count;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The writing end of a TUN queue, as the stack sees it. Confined to one shard.
final class QueueSink implements PacketSink {
    private final TunQueue queue;
    private final ShardCounters counters;
    private @Nullable IOException failure;

    QueueSink(TunQueue queue, ShardCounters counters) {
        this.queue = queue;
        this.counters = counters;
    }

    @Override
    public boolean emit(OutboundPacket packet) {
        try {
            if (failure == null && queue.write(packet)) {
                counters.add(Count.RX_PACKETS, 1);
                counters.add(Count.RX_BYTES, packet.totalBytes());
                return true;
            }
        } catch (IOException e) {
            failure = e;
        }
        counters.add(Count.RX_LOST, 1);
        return false;
    }

    @Override
    public TunCapabilities capabilities() {
        return queue.capabilities();
    }

    /// Throws what a write has thrown: the stack cannot, since it knows no input or output.
    void checkDevice() throws DeviceFailedException {
        if (failure != null) {
            throw new DeviceFailedException(failure);
        }
    }
}
