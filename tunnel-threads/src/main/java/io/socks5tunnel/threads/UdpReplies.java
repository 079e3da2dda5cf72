// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.stack.ClientSource;
import io.socks5tunnel.threads.dns.PeerSources;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Takes the datagrams of SOCKS servers apart and sends them to the clients, with the source that the server says,
/// or that [ReplySource] finds instead: anybody may answer. What cannot be delivered is counted, and the flow goes
/// on. Confined to one shard.
final class UdpReplies implements ReplyReceiver {
    private static final int FRAGMENT_OFFSET = 2;

    private final ReplyGroup group;
    private final ShardCounters counters;
    private final ReplySource source;
    private @Nullable ClientSource client;
    private @Nullable PeerSources peers;
    private int accepted;

    UdpReplies(ClientDatagrams clients, ShardCounters counters, ReplySource source) {
        group = new ReplyGroup(clients, counters);
        this.counters = counters;
        this.source = source;
    }

    /// Says whose datagrams come now.
    ///
    /// @param newPeers whom the client has sent to, if that matters
    UdpReplies to(ClientSource newClient, @Nullable PeerSources newPeers) {
        client = newClient;
        peers = newPeers;
        accepted = 0;
        return this;
    }

    /// How many datagrams of the server were whole and right since [#to], delivered or not.
    int accepted() {
        return accepted;
    }

    @Override
    public void onDatagram(Slab slab, int offset, int length) {
        ByteBuffer bytes = slab.bytes();
        int end = offset + length;
        int address = offset + SocksDatagram.PREFIX_BYTES;
        int addressBytes = SocksDatagram.addressBytes(bytes, address, end);
        if (addressBytes == 0 || bytes.getShort(offset) != 0) {
            counters.drop(DropReason.UDP_REPLY_MALFORMED, 1);
        } else if (bytes.get(offset + FRAGMENT_OFFSET) != 0) {
            counters.drop(DropReason.UDP_REPLY_FRAGMENT, 1);
        } else {
            deliver(slab, address, addressBytes, end);
        }
    }

    @Override
    public void onFrame(Slab slab, int offset, int headerBytes, int payloadBytes) {
        int address = offset + SocksDatagram.PREFIX_BYTES;
        int payload = offset + headerBytes;
        int addressBytes = SocksDatagram.addressBytes(slab.bytes(), address, payload);
        if (addressBytes == 0 || address + addressBytes != payload) {
            counters.drop(DropReason.UDP_REPLY_MALFORMED, 1);
        } else {
            deliver(slab, address, addressBytes, payload + payloadBytes);
        }
    }

    @Override
    public void onEnd() {
        group.flush();
    }

    @Override
    public void onGarbage() {
        counters.drop(DropReason.UDP_REPLY_MALFORMED, 1);
    }

    private void deliver(Slab slab, int address, int addressBytes, int end) {
        accepted++;
        ByteBuffer bytes = slab.bytes();
        if (!source.read(peers, bytes, address, addressBytes, end)) {
            counters.drop(DropReason.UDP_REPLY_NAMED, 1);
            return;
        }
        int payload = address + addressBytes;
        ClientSource to = client;
        if (to == null) {
            counters.drop(DropReason.UDP_REPLY_UNDELIVERABLE, 1);
            return;
        }
        group.add(to, source.high(), source.low(), source.port(), slab, payload, end - payload);
    }
}
