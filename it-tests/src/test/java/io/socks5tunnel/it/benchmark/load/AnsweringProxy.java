// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// A SOCKS5 server that is the destination as well, whatever the address: one thread, one copy, no second
/// connection, so that a benchmark of tunnels measures the tunnel. An [AnsweringRelay] serves datagrams.
///
/// Runs as a process of its own: `AnsweringProxy ADDRESS PORT`. What it answers, [Exchange] says.
public final class AnsweringProxy {
    private static final int BACKLOG = 4096;
    private static final int BUFFER_BYTES = 1 << 16;

    private final Selector selector;
    private final ServerSocketChannel listening;
    private final AnsweringRelay relay;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

    private AnsweringProxy(InetSocketAddress address) throws IOException {
        selector = Selector.open();
        relay = new AnsweringRelay(address.getAddress());
        listening = ServerSocketChannel.open().bind(address, BACKLOG);
        listening.configureBlocking(false);
        listening.register(selector, SelectionKey.OP_ACCEPT);
    }

    /// Serves until the process is ended.
    public static void main(String[] arguments) throws IOException {
        InetAddress address = InetAddress.ofLiteral(arguments[0]);
        new AnsweringProxy(new InetSocketAddress(address, Integer.parseInt(arguments[1]))).serve();
    }

    private void serve() throws IOException {
        Thread.ofPlatform().daemon().start(relay);
        while (true) {
            selector.select(this::onReady);
        }
    }

    private void onReady(SelectionKey key) {
        try {
            if (key.channel().equals(listening)) {
                accept();
            } else {
                answer(key);
            }
        } catch (IOException e) {
            close(key);
        }
    }

    private void accept() throws IOException {
        SocketChannel client = listening.accept();
        while (client != null) {
            client.configureBlocking(false);
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            client.register(selector, SelectionKey.OP_READ, new ProxySession(relay.address()));
            client = listening.accept();
        }
    }

    private void answer(SelectionKey key) throws IOException {
        SocketChannel client = (SocketChannel) key.channel();
        ProxySession session = (ProxySession) key.attachment();
        buffer.clear();
        if (client.read(buffer) < 0) {
            close(key);
            return;
        }
        buffer.flip();
        ByteBuffer answer = session.answer(buffer);
        client.write(answer);
        if (answer.hasRemaining()) {
            throw new IOException("a client that does not read");
        }
        if (session.isOver()) {
            close(key);
        }
    }

    private static void close(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            System.err.println(e);
        }
    }
}
