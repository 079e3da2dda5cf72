// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.reactor;

import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.api.spi.TunQueue;

/// A queue without packets and without descriptor, which can only call.
final class CallingQueue implements TunQueue {
    private Runnable signal = () -> {};

    void call() {
        signal.run();
    }

    @Override
    public boolean read(PacketBurst burst) {
        return false;
    }

    @Override
    public boolean write(OutboundPacket packet) {
        return false;
    }

    @Override
    public TunCapabilities capabilities() {
        return TunCapabilities.NONE;
    }

    @Override
    public int pollDescriptor() {
        return NO_DESCRIPTOR;
    }

    @Override
    public void onReadable(Runnable newSignal) {
        signal = newSignal;
    }
}
