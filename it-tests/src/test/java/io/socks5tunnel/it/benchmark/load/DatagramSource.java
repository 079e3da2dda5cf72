// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark.load;

import io.socks5tunnel.it.lab.DatagramCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A UDP socket that sends to one destination, through a tunnel or an association of its own; many datagrams per
/// call, so that a benchmark measures little of itself.
final class DatagramSource {
    private static final int SOCKET_BUFFER_BYTES = 1 << 20;

    private final MessageArray output;
    private final MessageArray input;
    private final int descriptor;
    private final int headerBytes;
    private final int payloadBytes;

    /// Held open: the association ends with it.
    private final @Nullable SocketChannel control;

    /// Datagrams that were sent.
    long sent;
    /// Datagrams that came back.
    long received;
    /// Of those sent, how many nobody waits for any more.
    long written;

    /// @param input room for what is received, which may serve many sources
    /// @param mostAtOnce datagrams that may be sent by one call
    /// @param payloadBytes of each datagram
    DatagramSource(
            DatagramCalls calls,
            MessageArray input,
            int mostAtOnce,
            @Nullable Proxy proxy,
            InetSocketAddress destination,
            int payloadBytes)
            throws IOException {
        this.input = input;
        this.payloadBytes = payloadBytes;
        output = new MessageArray(calls, mostAtOnce, false);
        descriptor = calls.open(SOCKET_BUFFER_BYTES);
        if (proxy == null) {
            control = null;
            headerBytes = 0;
            calls.connect(descriptor, destination);
        } else {
            control = SocketChannel.open(proxy.address());
            headerBytes = Exchange.DATAGRAM_HEADER_BYTES;
            calls.connect(descriptor, associate(control, proxy));
        }
        for (int i = 0; i < mostAtOnce; i++) {
            output.length(i, headerBytes + payloadBytes);
            if (proxy != null) {
                proxy.putDatagramHeader(output.room(i).clear());
            }
        }
    }

    private static InetSocketAddress associate(SocketChannel control, Proxy proxy) throws IOException {
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

    int descriptor() {
        return descriptor;
    }

    /// Sends the next datagrams, or as many of them as there is room for.
    ///
    /// @param count up to as many as were said at first
    void send(byte kind, int count) {
        for (int i = 0; i < count; i++) {
            ByteBuffer room = output.room(i).limit(headerBytes + payloadBytes).position(headerBytes);
            Exchange.fill(room, kind, sent + i);
        }
        sent += Math.max(0, output.send(descriptor, 0, count));
    }

    /// Reads all datagrams that there are.
    ///
    /// @return the number of the last, or -1 if there is none
    long receive(byte kind) throws IOException {
        long last = -1;
        int count = input.receive(descriptor, false);
        while (count > 0) {
            for (int i = 0; i < count; i++) {
                check(kind, i);
            }
            received += count;
            last = input.room(count - 1).getLong(headerBytes + Exchange.NUMBER_AT);
            count = count < input.size() ? 0 : input.receive(descriptor, false);
        }
        return last;
    }

    private void check(byte kind, int index) throws IOException {
        boolean isQuery = kind == Exchange.QUERY;
        int end = isQuery ? headerBytes + Exchange.LEAST_DATAGRAM_BYTES : input.length(index);
        if (!isQuery && end != headerBytes + payloadBytes
                || !Exchange.isIntact(input.room(index), headerBytes, end, kind)) {
            throw new IOException("a wrong reply");
        }
    }

    /// Datagrams that may still come back.
    int underWay() {
        return (int) (sent - received - written);
    }

    /// Stops waiting for those under way.
    void writeOff() {
        written += underWay();
    }
}
