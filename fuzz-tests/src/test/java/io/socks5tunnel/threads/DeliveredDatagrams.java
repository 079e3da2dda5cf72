// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.stack.ClientSource;
import io.socks5tunnel.stack.DatagramRefusal;
import io.socks5tunnel.stack.UdpDatagram;
import java.util.ArrayList;
import java.util.List;

/// Clients that keep what they get, or cannot be reached.
final class DeliveredDatagrams implements ClientDatagrams {
    final List<byte[]> delivered = new ArrayList<>();
    private final boolean isReachable;

    DeliveredDatagrams(boolean isReachable) {
        this.isReachable = isReachable;
    }

    @Override
    public boolean sendDatagram(
            ClientSource to, long fromHigh, long fromLow, int fromPort, Slab slab, int offset, int length) {
        if (isReachable) {
            byte[] payload = new byte[length];
            slab.bytes().get(offset, payload);
            delivered.add(payload);
        }
        return isReachable;
    }

    @Override
    public int datagramsTogether(ClientSource to, int length) {
        return 1;
    }

    @Override
    public boolean sendDatagrams(
            ClientSource to, long fromHigh, long fromLow, int fromPort, GatherList payloads, int datagramBytes) {
        throw new IllegalStateException("nothing is sent together here");
    }

    @Override
    public void refuse(UdpDatagram datagram, DatagramRefusal refusal, long nowNanos) {
        throw new IllegalStateException("nothing is refused here");
    }

    @Override
    public void refuseTooBig(UdpDatagram datagram, int maxPayloadBytes, long nowNanos) {
        throw new IllegalStateException("nothing is refused here");
    }

    @Override
    public void refuseLate(Slab about, int offset, int length, DatagramRefusal refusal, long nowNanos) {
        throw new IllegalStateException("nothing is refused here");
    }

    @Override
    public void refuseLateTooBig(Slab about, int offset, int length, int maxPayloadBytes, long nowNanos) {
        throw new IllegalStateException("nothing is refused here");
    }
}
