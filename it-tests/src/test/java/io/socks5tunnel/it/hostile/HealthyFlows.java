// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.hostile;

import io.socks5tunnel.it.transfer.SeededBytes;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Connections and sources of datagrams that send, wait until the same comes back, compare every byte, and begin
/// again, until they are stopped. Those of them that nobody cut lose nothing.
final class HealthyFlows {
    private static final int CHUNK_BYTES = 8 * 1024;
    private static final int DATAGRAM_BYTES = 1000;
    private static final int PAUSE_MILLIS = 10;
    private static final int PATIENCE_MILLIS = 20_000;

    private final List<Thread> threads = new ArrayList<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong movedBytes = new AtomicLong();
    private final AtomicLong datagrams = new AtomicLong();
    private volatile boolean isStopped;

    /// Begins with as many of each.
    void start(int connections, int sources, InetSocketAddress destination) {
        for (int i = 1; i <= connections; i++) {
            int seed = i;
            begin(() -> stream(destination, seed));
        }
        for (int i = 1; i <= sources; i++) {
            int seed = i;
            begin(() -> exchangeDatagrams(destination, seed));
        }
    }

    /// Bytes that have come back.
    long movedBytes() {
        return movedBytes.get();
    }

    /// Ends all of them.
    ///
    /// @return bytes and datagrams that came back, then what went wrong
    String stop() throws InterruptedException {
        isStopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        return movedBytes + " " + datagrams + " " + String.join("; ", failures);
    }

    private interface Flow {
        void run() throws IOException, InterruptedException;
    }

    private void begin(Flow flow) {
        threads.add(Thread.ofVirtual().start(() -> {
            try {
                flow.run();
            } catch (IOException e) {
                failures.add(e.toString());
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    private void stream(InetSocketAddress destination, int seed) throws IOException, InterruptedException {
        try (Socket socket = new Socket()) {
            socket.connect(destination, PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            var in = new DataInputStream(socket.getInputStream());
            byte[] chunk = new byte[CHUNK_BYTES];
            byte[] back = new byte[CHUNK_BYTES];
            for (long position = 0; !isStopped; position += CHUNK_BYTES) {
                SeededBytes.fill(chunk, seed, position);
                socket.getOutputStream().write(chunk);
                in.readFully(back);
                expectEqual(chunk, back);
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
            socket.shutdownOutput();
            if (in.read() >= 0) {
                throw new IOException("a byte too many");
            }
        }
    }

    private void exchangeDatagrams(InetSocketAddress destination, int seed) throws IOException, InterruptedException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(destination);
            socket.setSoTimeout(PATIENCE_MILLIS);
            byte[] payload = new byte[DATAGRAM_BYTES];
            byte[] back = new byte[DATAGRAM_BYTES + 1];
            for (long position = 0; !isStopped; position += DATAGRAM_BYTES) {
                SeededBytes.fill(payload, seed, position);
                socket.send(new DatagramPacket(payload, payload.length));
                DatagramPacket packet = new DatagramPacket(back, back.length);
                socket.receive(packet);
                expectEqual(payload, Arrays.copyOf(back, packet.getLength()));
                datagrams.incrementAndGet();
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (SocketTimeoutException e) {
            throw new IOException("a datagram was lost", e);
        }
    }

    private void expectEqual(byte[] sent, byte[] back) throws IOException {
        if (!Arrays.equals(sent, back)) {
            throw new IOException("altered bytes");
        }
        movedBytes.addAndGet(back.length);
    }
}
