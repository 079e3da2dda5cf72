// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.nio;

import io.socks5tunnel.api.spi.DatagramBatch;
import io.socks5tunnel.api.spi.ReadyHandler;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.UpstreamDatagramSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/// A connected UDP socket in the selector of its reactor: one system call per datagram, since Java has no other.
/// A datagram without any byte is not sent, since Java does not; those of SOCKS have a header. Confined to one
/// shard.
final class NioDatagramSocket implements UpstreamDatagramSocket, NioTarget {
    private final NioReactor reactor;
    private final DatagramChannel channel;
    private final ReadyHandler handler;
    private final Interest interest;
    private final ByteBuffer[] pair = new ByteBuffer[2];

    /// Met behind datagrams that had to be returned first.
    private @Nullable IOException failure;

    NioDatagramSocket(NioReactor reactor, DatagramChannel channel, SelectionKey key, ReadyHandler handler) {
        this.reactor = reactor;
        this.channel = channel;
        this.handler = handler;
        interest = new Interest(key);
    }

    @Override
    public void onSelected(SelectionKey key) {
        interest.onSelected();
    }

    @Override
    public void tell() {
        int ready = interest.takeReadyOps();
        if (channel.isOpen() && ready != 0) {
            handler.onReady(ready);
        }
    }

    @Override
    public int receive(DatagramBatch into) throws IOException {
        throwFailure();
        int count = 0;
        try {
            while (count < into.count() && tryReceive(into, count)) {
                count++;
            }
        } catch (IOException e) {
            keepOrThrow(e, count);
        }
        return count;
    }

    /// The length alone does not tell an empty datagram from none; its sender does.
    private boolean tryReceive(DatagramBatch into, int index) throws IOException {
        ByteBuffer range = into.slab(index).bytes().slice(into.offset(index), into.length(index));
        if (channel.receive(range) == null) {
            interest.want(SelectionKey.OP_READ);
            return false;
        }
        into.received(index, range.position());
        return true;
    }

    @Override
    public int send(DatagramBatch from, int first) throws IOException {
        throwFailure();
        int index = first;
        try {
            while (index < from.count() && trySend(from, index)) {
                index++;
            }
        } catch (IOException e) {
            keepOrThrow(e, index - first);
        }
        if (index < from.count()) {
            interest.want(SelectionKey.OP_WRITE);
        }
        return index - first;
    }

    private boolean trySend(DatagramBatch from, int index) throws IOException {
        ByteBuffer payload = from.slab(index).bytes().slice(from.offset(index), from.length(index));
        Slab header = from.headerSlab(index);
        int length = from.headerLength(index) + from.length(index);
        if (header == null) {
            return channel.write(payload) > 0 || length == 0;
        }
        pair[0] = header.bytes().slice(from.headerOffset(index), from.headerLength(index));
        pair[1] = payload;
        return channel.write(pair) > 0 || length == 0;
    }

    private void throwFailure() throws IOException {
        IOException told = failure;
        if (told != null) {
            failure = null;
            throw told;
        }
    }

    private void keepOrThrow(IOException met, int moved) throws IOException {
        if (moved == 0) {
            throw met;
        }
        failure = met;
    }

    @Override
    public InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    @Override
    public void close() {
        reactor.close(channel);
    }
}
