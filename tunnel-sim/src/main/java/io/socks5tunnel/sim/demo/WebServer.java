// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The smallest web server that the demo can do with: one request for each connection, a virtual thread for each.
///
/// ```
/// GET /FROM/COUNT     COUNT bytes of the content, beginning with byte FROM
/// GET /FROM/endless   the same without end
/// PUT /FROM           compares the body with the content and answers "equal" or where it differs
/// ```
final class WebServer implements AutoCloseable {
    static final String ENDLESS = "endless";
    static final String EQUAL = "equal";

    private static final int BACKLOG = 1024;
    private static final int BUFFER_BYTES = 128 * 1024;

    private final EndlessContent content;
    private final ServerSocketChannel listener;
    private final Set<SocketChannel> live = ConcurrentHashMap.newKeySet();

    private WebServer(EndlessContent content, ServerSocketChannel listener) {
        this.content = content;
        this.listener = listener;
    }

    /// Starts a server on a free port of the loopback address.
    static WebServer start(EndlessContent content) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        WebServer server = new WebServer(content, listener);
        try {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        Thread.ofVirtual().name("web-server").start(server::acceptAll);
        return server;
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (SocketChannel channel : live) {
            channel.close();
        }
    }

    private void acceptAll() {
        try {
            while (listener.isOpen()) {
                SocketChannel channel = listener.accept();
                live.add(channel);
                Thread.ofVirtual().name("web-request").start(() -> serve(channel));
            }
        } catch (IOException e) {
            // closed, or out of descriptors: the client will tell that nobody answers
            return;
        }
    }

    private void serve(SocketChannel channel) {
        try (channel) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
            HttpHead request = HttpHead.read(channel, buffer);
            String[] words = request.startLine().split(" ", -1);
            String[] path = words.length < 2 ? new String[0] : words[1].split("/", -1);
            if (words[0].equals("GET") && path.length == 3) {
                send(channel, HttpHead.number(path[1]), path[2]);
            } else if (words[0].equals("PUT") && path.length == 2) {
                take(channel, HttpHead.number(path[1]), request.contentLength(), buffer);
            } else {
                new HttpHead("HTTP/1.1 400 Bad Request", 0).write(channel);
            }
        } catch (IOException e) {
            // the client has gone, which is its right; what it missed it knows
            return;
        } finally {
            live.remove(channel);
        }
    }

    private void send(SocketChannel channel, long from, String count) throws IOException {
        boolean isEndless = count.equals(ENDLESS);
        long length = isEndless ? Long.MAX_VALUE - from : HttpHead.number(count);
        new HttpHead("HTTP/1.1 200 OK", isEndless ? HttpHead.NO_LENGTH : length).write(channel);
        content.send(channel, from, length);
    }

    private void take(SocketChannel channel, long from, long length, ByteBuffer buffer) throws IOException {
        long mismatch = content.receive(channel, from, length, buffer);
        String answer = mismatch < 0 ? EQUAL : "differs at byte " + (mismatch - from);
        byte[] body = answer.getBytes(StandardCharsets.US_ASCII);
        new HttpHead("HTTP/1.1 200 OK", body.length).write(channel);
        HttpHead.writeAll(channel, ByteBuffer.wrap(body));
    }
}
