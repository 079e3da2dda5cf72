// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.threads.WarmStock.Progress;
import org.jspecify.annotations.Nullable;

/// A way for datagrams that is opened ahead of its flow, so that a DNS query from a fresh port waits for no
/// handshake. Confined to one shard.
final class WarmPath implements WarmStock.Opening<DatagramPath> {
    private final UdpDial dial;
    private @Nullable DatagramPath path;

    WarmPath(UdpDial dial) {
        this.dial = dial;
    }

    @Override
    public Progress advance(long nowNanos) {
        return switch (dial.advance(nowNanos)) {
            case UdpDial.Outcome.UnderWay _ -> Progress.UNDER_WAY;
            case UdpDial.Outcome.Opened(DatagramPath opened) -> {
                path = opened;
                yield Progress.OPENED;
            }
            case UdpDial.Outcome.Failed _ -> Progress.FAILED;
        };
    }

    @Override
    public DatagramPath opened() {
        if (path == null) {
            throw new IllegalStateException("not opened");
        }
        return path;
    }

    @Override
    public void cancel() {
        dial.cancel();
    }
}
