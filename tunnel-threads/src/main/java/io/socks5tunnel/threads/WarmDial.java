// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.threads.WarmStock.Progress;

/// A connection to the SOCKS server that is made, and authenticated, ahead of its flow, so that the flow waits for
/// one round trip. Confined to one shard.
record WarmDial(UpstreamDial opened) implements WarmStock.Opening<UpstreamDial> {
    @Override
    public Progress advance(long nowNanos) {
        return switch (opened.advance()) {
            case UpstreamDial.Outcome.UnderWay _ -> opened.isReady() ? Progress.OPENED : Progress.UNDER_WAY;
            case UpstreamDial.Outcome.Failed _ -> Progress.FAILED;
            case UpstreamDial.Outcome.Connected _ ->
                throw new IllegalStateException("connected, though nothing was asked for");
        };
    }

    @Override
    public void cancel() {
        opened.cancel();
    }
}
