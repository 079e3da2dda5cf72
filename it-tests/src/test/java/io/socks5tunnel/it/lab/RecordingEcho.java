// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/// A server on the loopback address that sends back what it gets, and remembers every connection by what came.
public final class RecordingEcho implements AutoCloseable {
    private static final int BACKLOG = 256;
    private static final int CHUNK_BYTES = 1 << 16;

    private final ServerSocket listener;
    // filled by a thread per connection
    private final Queue<String> ended = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytes = new AtomicLong();

    private RecordingEcho(ServerSocket listener) {
        this.listener = listener;
    }

    /// Starts one on a free port.
    public static RecordingEcho start() throws IOException {
        RecordingEcho echo = new RecordingEcho(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
        Thread.ofPlatform().name("echo").daemon().start(echo::acceptAll);
        return echo;
    }

    /// A stream by its length and SHA-256, as [#streams] gives it.
    public static String fingerprint(long length, MessageDigest digest) {
        return length + " bytes " + HexFormat.of().formatHex(digest.digest());
    }

    /// SHA-256, which every Java has.
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Where it listens.
    public InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    /// What came on the connections that have ended.
    public List<String> streams() {
        return List.copyOf(ended);
    }

    /// Bytes that came and went back on all of them.
    public long bytes() {
        return bytes.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> echo(socket));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void echo(Socket socket) {
        MessageDigest digest = sha256();
        long length = 0;
        String end = "";
        try (socket) {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            byte[] chunk = new byte[CHUNK_BYTES];
            int count;
            while ((count = in.read(chunk)) >= 0) {
                digest.update(chunk, 0, count);
                length += count;
                bytes.addAndGet(count);
                out.write(chunk, 0, count);
            }
            socket.shutdownOutput();
        } catch (IOException e) {
            end = ", then " + e.getMessage();
        }
        ended.add(fingerprint(length, digest) + end);
    }
}
