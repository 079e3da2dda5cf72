// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;

/// The socket with which a client's datagrams leave an [EmbeddedSocksServer], to any destination, and which takes
/// answers from anybody (RFC 4787 calls that endpoint-independent filtering). Confined to its loop's thread.
final class SocksDatagramExit implements SocksServerLoop.Handler {
    /// Free bytes before a datagram, for whatever header the client's side needs.
    static final int HEADROOM_BYTES = 32;

    /// The headroom and the largest datagram.
    static final int BUFFER_BYTES = HEADROOM_BYTES + 65_536;

    /// Datagrams handled in one go before other connections have their turn.
    static final int BATCH = 64;

    private static final int SOCKET_BUFFER_BYTES = 4 << 20;

    /// Told about answers.
    @FunctionalInterface
    interface Answers {
        /// @param buffer its remaining bytes are the datagram, with [#HEADROOM_BYTES] before them; valid in this
        ///     call
        void onAnswer(InetSocketAddress source, ByteBuffer buffer) throws IOException;
    }

    private final SocksServerLoop loop;
    private final DatagramChannel channel;
    private final Answers answers;
    private InetSocketAddress lastDestination = new InetSocketAddress(0);

    SocksDatagramExit(SocksServerLoop loop, Answers answers) throws IOException {
        this.loop = loop;
        this.answers = answers;
        channel = openSocket();
        loop.watch(channel, SelectionKey.OP_READ, this);
    }

    static DatagramChannel openSocket() throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
        return channel;
    }

    /// Sends the buffer's remaining bytes. What cannot be sent is lost, as datagrams are.
    void send(SocksDestination destination, ByteBuffer payload) {
        if (destination.address() != null) {
            if (!destination.address().equals(lastDestination.getAddress())
                    || destination.port() != lastDestination.getPort()) {
                lastDestination = new InetSocketAddress(destination.address(), destination.port());
            }
            send(lastDestination, payload);
            return;
        }
        ByteBuffer copy = ByteBuffer.allocate(payload.remaining()).put(payload).flip();
        Thread.ofVirtual().start(() -> {
            try {
                InetSocketAddress found = destination.resolve();
                loop.execute(() -> send(found, copy));
            } catch (IOException e) {
                // no such name: the datagram is lost
                return;
            }
        });
    }

    @Override
    public void onReady(SelectionKey key) throws IOException {
        ByteBuffer buffer = loop.datagram();
        for (int i = 0; i < BATCH; i++) {
            buffer.clear().position(HEADROOM_BYTES);
            InetSocketAddress source = (InetSocketAddress) channel.receive(buffer);
            if (source == null) {
                return;
            }
            buffer.flip().position(HEADROOM_BYTES);
            answers.onAnswer(source, buffer);
        }
    }

    void close() {
        EmbeddedSocksServer.closeQuietly(channel);
    }

    private void send(InetSocketAddress destination, ByteBuffer payload) {
        try {
            channel.send(payload, destination);
        } catch (IOException e) {
            // unreachable, too large, or the socket is gone: the datagram is lost
            return;
        }
    }
}
