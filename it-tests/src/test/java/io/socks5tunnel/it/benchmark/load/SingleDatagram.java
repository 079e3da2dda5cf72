// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/// A UDP socket of its own for one datagram there and back.
final class SingleDatagram implements AutoCloseable {
    private static final int BYTES = 64;

    private final DatagramChannel channel = DatagramChannel.open();
    private final ByteBuffer datagram = ByteBuffer.allocate(BYTES);

    /// Sends the datagram at once.
    SingleDatagram(Selector selector, InetSocketAddress destination, long number) throws IOException {
        channel.connect(destination);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, this);
        Exchange.fill(datagram, Exchange.ECHO, number);
        send();
    }

    /// Sends it once more: datagrams may get lost.
    void send() throws IOException {
        channel.write(datagram.clear());
    }

    /// Whether it has come back now.
    boolean isBack() throws IOException {
        ByteBuffer input = ByteBuffer.allocate(BYTES + 1);
        if (channel.read(input) <= 0) {
            return false;
        }
        if (!input.flip().equals(datagram.clear())) {
            throw new IOException("a wrong reply");
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
