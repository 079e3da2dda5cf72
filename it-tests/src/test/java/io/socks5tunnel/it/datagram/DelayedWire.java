// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.datagram;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A long wire for TCP connections: passes bytes on both ways, each a while after it came.
///
/// Runs as a process of its own: `DelayedWire ADDRESS PORT TO_PORT MILLIS`, the delay of one way. Connecting takes
/// no longer than without it, since the wire itself accepts.
public final class DelayedWire {
    private static final int CHUNK_BYTES = 1 << 16;
    private static final byte[] END = {};

    private DelayedWire() {}

    /// Passes on until the process is ended.
    public static void main(String[] arguments) throws IOException {
        InetAddress address = InetAddress.ofLiteral(arguments[0]);
        InetSocketAddress server = new InetSocketAddress(address, Integer.parseInt(arguments[2]));
        long delayNanos = TimeUnit.MILLISECONDS.toNanos(Integer.parseInt(arguments[3]));
        try (ServerSocket listening = new ServerSocket(Integer.parseInt(arguments[1]), 1024, address)) {
            while (true) {
                Socket client = listening.accept();
                Socket onward = new Socket(server.getAddress(), server.getPort());
                client.setTcpNoDelay(true);
                onward.setTcpNoDelay(true);
                join(client, onward, delayNanos);
                join(onward, client, delayNanos);
            }
        }
    }

    private record Chunk(byte[] bytes, long dueNanos) {}

    private static void join(Socket from, Socket to, long delayNanos) {
        BlockingQueue<Chunk> wire = new LinkedBlockingQueue<>();
        Thread.ofVirtual().start(() -> read(from, wire, delayNanos));
        Thread.ofVirtual().start(() -> write(to, wire));
    }

    private static void read(Socket from, BlockingQueue<Chunk> wire, long delayNanos) {
        byte[] buffer = new byte[CHUNK_BYTES];
        try {
            InputStream in = from.getInputStream();
            int length = in.read(buffer);
            while (length > 0) {
                wire.add(new Chunk(Arrays.copyOf(buffer, length), System.nanoTime() + delayNanos));
                length = in.read(buffer);
            }
        } catch (IOException e) {
            // an end like any other
            System.err.println(e);
        }
        wire.add(new Chunk(END, System.nanoTime() + delayNanos));
    }

    private static void write(Socket to, BlockingQueue<Chunk> wire) {
        try (to) {
            OutputStream out = to.getOutputStream();
            while (true) {
                Chunk chunk = wire.take();
                TimeUnit.NANOSECONDS.sleep(chunk.dueNanos() - System.nanoTime());
                if (chunk.bytes().length == 0) {
                    return;
                }
                out.write(chunk.bytes());
            }
        } catch (IOException | InterruptedException e) {
            System.err.println(e);
        }
    }
}
