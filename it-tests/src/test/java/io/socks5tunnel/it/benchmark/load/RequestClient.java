// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark.load;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// A connection with one request, step by step. Can be begun again when it has finished.
final class RequestClient {
    private final Selector selector;
    private final @Nullable Proxy proxy;
    private final ByteBuffer request = ByteBuffer.allocateDirect(Exchange.REQUEST_BYTES);
    private final ByteBuffer input = ByteBuffer.allocateDirect(2 * Exchange.REQUEST_BYTES);
    private SocketChannel channel;
    private byte kind;
    private int awaitedBytes;
    private boolean hasSent;
    private long startNanos;
    private long latencyNanos;

    RequestClient(Selector selector, @Nullable Proxy proxy) throws IOException {
        this.selector = selector;
        this.proxy = proxy;
        channel = SocketChannel.open();
        channel.close();
    }

    /// @param kind [Exchange#LAST], or [Exchange#KEEP] to have finished with the reply
    void begin(byte kind, long number) throws IOException {
        this.kind = kind;
        request.clear();
        Exchange.fill(request, kind, number);
        input.clear();
        hasSent = false;
        awaitedBytes = proxy == null ? 0 : Proxy.ANSWER_BYTES;
        startNanos = System.nanoTime();
        channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.connect(proxy == null ? ConnectionLoad.DESTINATION : proxy.address());
        channel.register(selector, SelectionKey.OP_CONNECT, this);
    }

    /// Takes the next step.
    boolean hasFinished() throws IOException {
        if (!channel.isConnected()) {
            onConnected();
            return false;
        }
        int length = channel.read(input);
        if (length < 0) {
            channel.close();
            if (latencyNanos == 0) {
                throw new IOException("ended early");
            }
            return true;
        }
        if (!hasSent && input.position() == awaitedBytes) {
            send();
        } else if (hasSent && latencyNanos == 0 && input.position() == awaitedBytes + Exchange.REQUEST_BYTES) {
            latencyNanos = System.nanoTime() - startNanos;
            if (!Exchange.isIntact(input, awaitedBytes, input.position(), kind)) {
                throw new IOException("a wrong reply");
            }
            return kind == Exchange.KEEP;
        }
        return false;
    }

    /// From the first step until the reply was there.
    long latencyNanos() {
        return latencyNanos;
    }

    private void onConnected() throws IOException {
        channel.finishConnect();
        latencyNanos = 0;
        channel.keyFor(selector).interestOps(SelectionKey.OP_READ);
        if (proxy == null) {
            send();
        } else {
            channel.write(proxy.opening(1));
        }
    }

    private void send() throws IOException {
        hasSent = true;
        if (channel.write(request) != Exchange.REQUEST_BYTES) {
            throw new IOException("no room for a request");
        }
    }
}
