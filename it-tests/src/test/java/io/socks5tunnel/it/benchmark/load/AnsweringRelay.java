// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark.load;

import io.socks5tunnel.it.lab.DatagramCalls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// The UDP port of the [AnsweringProxy], shared by all associations: many datagrams per call, which it sends back
/// from where they lie. Confined to the thread that runs it, but for [#address].
final class AnsweringRelay implements Runnable {
    private static final int MOST_AT_ONCE = 64;
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;

    private final DatagramCalls calls = new DatagramCalls();
    private final MessageArray messages = new MessageArray(calls, MOST_AT_ONCE, true);
    private final int descriptor = calls.open(SOCKET_BUFFER_BYTES);
    private final InetSocketAddress address;
    private long counted;

    AnsweringRelay(InetAddress host) {
        calls.bindTo(descriptor, new InetSocketAddress(host, 0));
        address = new InetSocketAddress(host, calls.localPort(descriptor));
    }

    /// Where clients send their datagrams.
    InetSocketAddress address() {
        return address;
    }

    /// Serves until the process is ended.
    @Override
    public void run() {
        while (true) {
            answer(messages.receive(descriptor, true));
        }
    }

    /// Neighbours that are answered go by one call. What the kernel has no room for is lost.
    private void answer(int count) {
        int from = 0;
        for (int i = 0; i < count; i++) {
            if (!isAnswered(i)) {
                send(from, i);
                from = i + 1;
            }
        }
        send(from, count);
    }

    private void send(int from, int to) {
        if (from < to) {
            messages.send(descriptor, from, to);
        }
    }

    private boolean isAnswered(int index) {
        if (messages.length(index) < Exchange.DATAGRAM_HEADER_BYTES + Exchange.LEAST_DATAGRAM_BYTES) {
            return false;
        }
        ByteBuffer datagram = messages.room(index).clear();
        return switch (datagram.get(Exchange.DATAGRAM_HEADER_BYTES)) {
            case Exchange.COUNT -> {
                counted++;
                yield false;
            }
            case Exchange.QUERY -> {
                datagram.putLong(Exchange.DATAGRAM_HEADER_BYTES + Exchange.NUMBER_AT, counted);
                yield true;
            }
            default -> true;
        };
    }
}
