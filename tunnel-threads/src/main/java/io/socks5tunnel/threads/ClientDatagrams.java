// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.stack.ClientSource;
import io.socks5tunnel.stack.DatagramRefusal;
import io.socks5tunnel.stack.PacketStack;
import io.socks5tunnel.stack.UdpDatagram;

/// What the stack does for UDP flows; the methods are those of [PacketStack]. Confined to one shard.
interface ClientDatagrams {
    /// As [PacketStack#sendDatagram].
    boolean sendDatagram(ClientSource to, long fromHigh, long fromLow, int fromPort, Slab slab, int offset, int length);

    /// As [PacketStack#datagramsTogether].
    int datagramsTogether(ClientSource to, int length);

    /// As [PacketStack#sendDatagrams].
    boolean sendDatagrams(
            ClientSource to, long fromHigh, long fromLow, int fromPort, GatherList payloads, int datagramBytes);

    /// As [PacketStack#refuse].
    void refuse(UdpDatagram datagram, DatagramRefusal refusal, long nowNanos);

    /// As [PacketStack#refuseTooBig].
    void refuseTooBig(UdpDatagram datagram, int maxPayloadBytes, long nowNanos);

    /// As [PacketStack#refuseLate].
    void refuseLate(Slab about, int offset, int length, DatagramRefusal refusal, long nowNanos);

    /// As [PacketStack#refuseLateTooBig].
    void refuseLateTooBig(Slab about, int offset, int length, int maxPayloadBytes, long nowNanos);

    /// The clients of a stack.
    static ClientDatagrams of(PacketStack stack) {
        return new ClientDatagrams() {
            @Override
            public boolean sendDatagram(
                    ClientSource to, long fromHigh, long fromLow, int fromPort, Slab slab, int offset, int length) {
                return stack.sendDatagram(to, fromHigh, fromLow, fromPort, slab, offset, length);
            }

            @Override
            public int datagramsTogether(ClientSource to, int length) {
                return stack.datagramsTogether(to, length);
            }

            @Override
            public boolean sendDatagrams(
                    ClientSource to, long fromHigh, long fromLow, int fromPort, GatherList payloads, int bytes) {
                return stack.sendDatagrams(to, fromHigh, fromLow, fromPort, payloads, bytes);
            }

            @Override
            public void refuse(UdpDatagram datagram, DatagramRefusal refusal, long nowNanos) {
                stack.refuse(datagram, refusal, nowNanos);
            }

            @Override
            public void refuseTooBig(UdpDatagram datagram, int maxPayloadBytes, long nowNanos) {
                stack.refuseTooBig(datagram, maxPayloadBytes, nowNanos);
            }

            @Override
            public void refuseLate(Slab about, int offset, int length, DatagramRefusal refusal, long nowNanos) {
                stack.refuseLate(about, offset, length, refusal, nowNanos);
            }

            @Override
            public void refuseLateTooBig(Slab about, int offset, int length, int maxPayloadBytes, long nowNanos) {
                stack.refuseLateTooBig(about, offset, length, maxPayloadBytes, nowNanos);
            }
        };
    }
}
