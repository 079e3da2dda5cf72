// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.nio;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.ReadyHandler;
import io.socks5tunnel.api.spi.UpstreamSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/// A TCP socket in the selector of its reactor. Confined to one shard.
///
/// Java wants a buffer object per range, so a call allocates as many. As the Linux socket does, it spares the call
/// that would block: a read or write that was shorter than asked waits for the selector.
final class NioUpstreamSocket implements UpstreamSocket, NioTarget {
    private final NioReactor reactor;
    private final SocketChannel channel;
    private final ReadyHandler handler;
    private final Interest interest;
    private boolean isFull = true;

    NioUpstreamSocket(NioReactor reactor, SocketChannel channel, SelectionKey key, ReadyHandler handler) {
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
            isFull &= (ready & ReadyHandler.WRITABLE) == 0;
            handler.onReady(ready);
        }
    }

    @Override
    public boolean finishConnect() throws IOException {
        if (!channel.finishConnect()) {
            return false;
        }
        if (isFull) {
            // asked before the selector told: it has nothing to tell any more
            isFull = false;
            interest.stop(SelectionKey.OP_CONNECT | SelectionKey.OP_WRITE);
        }
        interest.want(SelectionKey.OP_READ);
        return true;
    }

    @Override
    public int read(GatherList into) throws IOException {
        if (into.totalBytes() == 0) {
            return 0;
        }
        ByteBuffer[] buffers = reactor.views(into);
        long count = channel.read(buffers, 0, into.count());
        if (count == 0) {
            interest.want(SelectionKey.OP_READ);
        }
        return (int) count;
    }

    @Override
    public int write(GatherList from, boolean more) throws IOException {
        if (isFull || from.totalBytes() == 0) {
            return 0;
        }
        ByteBuffer[] buffers = reactor.views(from);
        long count = channel.write(buffers, 0, from.count());
        if (count < from.totalBytes()) {
            isFull = true;
            interest.want(SelectionKey.OP_WRITE);
        }
        return (int) count;
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    @Override
    public void close() {
        reactor.close(channel);
    }

    @Override
    public void abort() {
        if (channel.isOpen()) {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException e) {
                // it has failed already, and the other end knows
            }
            close();
        }
    }
}
