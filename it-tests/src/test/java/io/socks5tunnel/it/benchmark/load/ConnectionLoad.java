// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/// Clients that connect, send one request, read the reply and the end of the stream, and begin anew, all on one
/// thread.
///
/// Runs as a process of its own: `ConnectionLoad PROXY CLIENTS SECONDS`, where PROXY is `-` if there is a tunnel. A
/// second of warming up comes first. Fails if a byte of a reply is wrong, or a connection fails.
public final class ConnectionLoad {
    static final InetSocketAddress DESTINATION = new InetSocketAddress(InetAddress.ofLiteral("198.19.0.1"), 7);

    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SILENCE_MILLIS = 10_000;

    private final Selector selector;
    private final long measureFromNanos;
    private final long endNanos;
    private long[] latencies = new long[1 << 12];
    private int measured;
    private long connections;
    private int open;

    private ConnectionLoad(int seconds) throws IOException {
        selector = Selector.open();
        measureFromNanos = System.nanoTime() + WARM_UP_NANOS;
        endNanos = measureFromNanos + TimeUnit.SECONDS.toNanos(seconds);
    }

    /// Loads, and prints figures.
    public static void main(String[] arguments) throws IOException {
        int seconds = Integer.parseInt(arguments[2]);
        ConnectionLoad load = new ConnectionLoad(seconds);
        for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
            load.begin(new RequestClient(load.selector, Proxy.parse(arguments[0], DESTINATION)));
        }
        load.run();
        load.print(seconds);
    }

    private void begin(RequestClient client) throws IOException {
        client.begin(Exchange.LAST, connections);
        open++;
    }

    private void run() throws IOException {
        while (open > 0) {
            if (selector.select(this::onReady, SILENCE_MILLIS) == 0) {
                throw new IllegalStateException(open + " connections hang");
            }
        }
    }

    private void onReady(SelectionKey key) {
        RequestClient client = (RequestClient) key.attachment();
        try {
            if (!client.hasFinished()) {
                return;
            }
            open--;
            connections++;
            record(client.latencyNanos());
            if (System.nanoTime() - endNanos < 0) {
                begin(client);
            }
        } catch (IOException e) {
            throw new IllegalStateException("connection " + connections, e);
        }
    }

    private void record(long nanos) {
        long now = System.nanoTime();
        if (now - measureFromNanos < 0 || now - endNanos >= 0) {
            return;
        }
        if (measured == latencies.length) {
            latencies = Arrays.copyOf(latencies, 2 * measured);
        }
        latencies[measured++] = nanos;
    }

    private void print(int seconds) {
        if (measured == 0) {
            throw new IllegalStateException("not one connection");
        }
        Arrays.sort(latencies, 0, measured);
        System.out.println("connections " + connections);
        System.out.println("perSecond " + (double) measured / seconds);
        System.out.println("medianMicros " + latencies[measured / 2] / 1e3);
        System.out.println("p99Micros " + latencies[(int) (measured * 0.99)] / 1e3);
    }
}
