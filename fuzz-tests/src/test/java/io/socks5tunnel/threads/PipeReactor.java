// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.NameHandler;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.ReadyHandler;
import io.socks5tunnel.api.spi.TunQueue;
import io.socks5tunnel.api.spi.UpstreamOptions;
import io.socks5tunnel.api.spi.UpstreamSocket;
import java.net.InetSocketAddress;

/// A reactor that opens one [Pipe] and does nothing else.
final class PipeReactor implements Reactor {
    private Pipe pipe;

    Pipe pipe() {
        return pipe;
    }

    @Override
    public UpstreamSocket connect(InetSocketAddress address, UpstreamOptions options, ReadyHandler handler) {
        pipe = new Pipe(handler);
        return pipe;
    }

    @Override
    public long nowNanos() {
        return 0;
    }

    @Override
    public void await(long deadlineNanos) {}

    @Override
    public void wakeup() {}

    @Override
    public void watch(TunQueue queue, ReadyHandler handler) {}

    @Override
    public void resolve(String hostName, NameHandler handler) {}

    @Override
    public void fillWithEntropy(byte[] bytes) {}

    @Override
    public void close() {}
}
