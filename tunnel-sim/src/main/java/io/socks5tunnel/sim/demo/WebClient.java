// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/// Fetches from and uploads to a [WebServer] through a tunnel, and compares every byte. From any thread.
///
/// Every transfer takes another part of the content, so that connections that get each other's bytes are found out.
final class WebClient {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final long STRIDE_BYTES = 50_021;

    private final DemoNetwork network;
    private final InetSocketAddress server;
    private final EndlessContent content;
    private final AtomicLong transfers = new AtomicLong();
    // written by the first transfer, read by the report
    private volatile long firstByteNanos;

    WebClient(DemoNetwork network, InetSocketAddress server, EndlessContent content) {
        this.network = network;
        this.server = server;
        this.content = content;
    }

    /// When the first byte of a body came, on the clock of [System#nanoTime()]; 0 before.
    long firstByteNanos() {
        return firstByteNanos;
    }

    /// Fetches `length` bytes, and sees the connection end behind them.
    ///
    /// @return how many bytes came, all of them equal to what they should be
    /// @throws IOException with a message for the user
    long get(long length) throws IOException {
        long from = nextPosition();
        try (ByteChannel channel = network.connect(server)) {
            ByteBuffer buffer = request(channel, "GET /" + from + "/" + length + " HTTP/1.1", HttpHead.NO_LENGTH);
            HttpHead answer = answer(channel, buffer);
            if (answer.contentLength() != length) {
                throw new IOException("announced as " + answer.contentLength() + " bytes");
            }
            awaitFirstByte(channel, buffer);
            requireEqual(from, content.receive(channel, from, length, buffer));
            if (channel.read(buffer.clear()) >= 0) {
                throw new IOException("more came than was asked for");
            }
            return length;
        }
    }

    /// Fetches until `nanos` have passed, and hangs up in the middle.
    ///
    /// @return as [#get]
    /// @throws IOException as [#get]
    long getFor(long nanos) throws IOException {
        long endNanos = System.nanoTime() + nanos;
        long from = nextPosition();
        try (ByteChannel channel = network.connect(server)) {
            String line = "GET /" + from + "/" + WebServer.ENDLESS + " HTTP/1.1";
            ByteBuffer buffer = request(channel, line, HttpHead.NO_LENGTH);
            answer(channel, buffer);
            long received = 0;
            while (true) {
                int count = buffer.remaining();
                requireEqual(from, content.mismatch(from + received, buffer));
                received += count;
                if (System.nanoTime() - endNanos >= 0) {
                    return received;
                }
                if (channel.read(buffer.clear()) < 0) {
                    throw new IOException("ended after " + received + " bytes");
                }
                buffer.flip();
            }
        }
    }

    /// Uploads `length` bytes and lets the server compare them.
    ///
    /// @return as [#get]
    /// @throws IOException as [#get]
    long put(long length) throws IOException {
        long from = nextPosition();
        try (ByteChannel channel = network.connect(server)) {
            ByteBuffer buffer = request(channel, "PUT /" + from + " HTTP/1.1", length);
            content.send(channel, from, length);
            HttpHead answer = answer(channel, buffer);
            buffer.compact();
            while (buffer.position() < answer.contentLength() && channel.read(buffer) >= 0) {}
            byte[] body = new byte[buffer.flip().remaining()];
            buffer.get(body);
            String verdict = new String(body, StandardCharsets.US_ASCII);
            if (!verdict.equals(WebServer.EQUAL)) {
                throw new IOException(verdict);
            }
            return length;
        }
    }

    private long nextPosition() {
        return transfers.getAndIncrement() * STRIDE_BYTES;
    }

    /// @return a buffer for the answer
    private static ByteBuffer request(ByteChannel channel, String line, long contentLength) throws IOException {
        new HttpHead(line, contentLength).write(channel);
        return ByteBuffer.allocateDirect(BUFFER_BYTES);
    }

    private static HttpHead answer(ByteChannel channel, ByteBuffer buffer) throws IOException {
        HttpHead answer = HttpHead.read(channel, buffer);
        if (!answer.startLine().startsWith("HTTP/1.1 200 ")) {
            throw new IOException("the server says " + answer.startLine());
        }
        return answer;
    }

    private void awaitFirstByte(ByteChannel channel, ByteBuffer buffer) throws IOException {
        if (firstByteNanos == 0) {
            buffer.compact();
            while (buffer.position() == 0 && channel.read(buffer) >= 0) {}
            buffer.flip();
            firstByteNanos = System.nanoTime();
        }
    }

    private static void requireEqual(long from, long mismatch) throws IOException {
        if (mismatch >= 0) {
            throw new IOException("differs at byte " + (mismatch - from));
        }
    }
}
