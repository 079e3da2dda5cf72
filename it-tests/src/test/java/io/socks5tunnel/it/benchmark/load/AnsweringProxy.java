// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// A SOCKS5 server that is the destination as well, whatever the address: one thread, one copy, no second
/// connection, so that a benchmark of tunnels measures the tunnel. All UDP associations share one port.
///
/// Runs as a process of its own: `AnsweringProxy ADDRESS PORT`. What it answers, [Exchange] says.
public final class AnsweringProxy {
    private static final int BACKLOG = 4096;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;

    private final Selector selector;
    private final ServerSocketChannel listening;
    private final DatagramChannel relay;
    private final InetSocketAddress relayAddress;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private long counted;

    private AnsweringProxy(InetSocketAddress address) throws IOException {
        selector = Selector.open();
        relay = DatagramChannel.open()
                .setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES)
                .bind(new InetSocketAddress(address.getAddress(), 0));
        relayAddress = (InetSocketAddress) relay.getLocalAddress();
        relay.configureBlocking(false);
        relay.register(selector, SelectionKey.OP_READ);
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
        while (true) {
            selector.select(this::onReady);
        }
    }

    private void onReady(SelectionKey key) {
        try {
            if (key.channel().equals(listening)) {
                accept();
            } else if (key.channel().equals(relay)) {
                answerDatagrams();
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
            client.register(selector, SelectionKey.OP_READ, new ProxySession(relayAddress));
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

    private void answerDatagrams() throws IOException {
        while (true) {
            buffer.clear();
            SocketAddress sender = relay.receive(buffer);
            if (sender == null) {
                return;
            }
            buffer.flip();
            if (buffer.limit() < Exchange.DATAGRAM_HEADER_BYTES + Exchange.LEAST_DATAGRAM_BYTES) {
                continue;
            }
            switch (buffer.get(Exchange.DATAGRAM_HEADER_BYTES)) {
                case Exchange.COUNT -> counted++;
                case Exchange.QUERY -> {
                    buffer.putLong(Exchange.DATAGRAM_HEADER_BYTES + Exchange.NUMBER_AT, counted);
                    relay.send(buffer, sender);
                }
                default -> relay.send(buffer, sender);
            }
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
