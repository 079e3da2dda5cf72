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
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A UDP socket that sends to one destination, through a tunnel or an association of its own.
final class DatagramSource implements AutoCloseable {
    private static final int ROOM_BYTES = 2048;
    private static final int SOCKET_BUFFER_BYTES = 1 << 20;

    private final DatagramChannel channel = DatagramChannel.open();
    private final ByteBuffer output;
    private final ByteBuffer input = ByteBuffer.allocateDirect(ROOM_BYTES);
    private final int headerBytes;
    private final @Nullable SocketChannel control;

    /// Datagrams that were sent.
    long sent;
    /// Datagrams that came back.
    long received;
    /// Of those sent, how many nobody waits for any more.
    long written;

    /// @param payloadBytes of each datagram
    DatagramSource(@Nullable Proxy proxy, InetSocketAddress destination, int payloadBytes) throws IOException {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
        output = ByteBuffer.allocateDirect(ROOM_BYTES);
        if (proxy == null) {
            control = null;
            channel.connect(destination);
        } else {
            control = SocketChannel.open(proxy.address());
            channel.connect(associate(control, proxy));
            proxy.putDatagramHeader(output);
        }
        headerBytes = output.position();
        output.limit(headerBytes + payloadBytes);
        channel.configureBlocking(false);
    }

    private static SocketAddress associate(SocketChannel control, Proxy proxy) throws IOException {
        control.write(proxy.opening(3));
        ByteBuffer answer = ByteBuffer.allocate(Proxy.ANSWER_BYTES);
        while (answer.hasRemaining()) {
            if (control.read(answer) < 0) {
                throw new IOException("no association");
            }
        }
        byte[] address = Arrays.copyOfRange(answer.array(), Proxy.ANSWER_BYTES - 6, Proxy.ANSWER_BYTES - 2);
        return new InetSocketAddress(
                InetAddress.getByAddress(address), Short.toUnsignedInt(answer.getShort(Proxy.ANSWER_BYTES - 2)));
    }

    DatagramChannel channel() {
        return channel;
    }

    /// Sends the next datagram.
    void send(byte kind) throws IOException {
        output.position(headerBytes);
        Exchange.fill(output, kind, sent);
        output.position(0);
        if (channel.write(output) > 0) {
            sent++;
        }
    }

    /// Reads one datagram.
    ///
    /// @return its number, or -1 if there is none
    long receive(byte kind) throws IOException {
        input.clear();
        int length = channel.read(input);
        if (length <= 0) {
            return -1;
        }
        boolean isQuery = kind == Exchange.QUERY;
        int end = isQuery ? headerBytes + Exchange.LEAST_DATAGRAM_BYTES : length;
        if (!Exchange.isIntact(input, headerBytes, end, kind)) {
            throw new IOException("a wrong reply");
        }
        received++;
        return input.getLong(headerBytes + Exchange.NUMBER_AT);
    }

    /// Datagrams that may still come back.
    long underWay() {
        return sent - received - written;
    }

    /// Stops waiting for those under way.
    void writeOff() {
        written += underWay();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        if (control != null) {
            control.close();
        }
    }
}
