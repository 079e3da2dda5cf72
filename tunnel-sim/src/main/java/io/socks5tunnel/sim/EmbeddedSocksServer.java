// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A real SOCKS5 server for tests, the demo and benchmarks: CONNECT, UDP ASSOCIATE and hev's UDP-in-TCP (command
/// 05), without authentication or with user name and password (RFC 1928, RFC 1929).
///
/// It is built to be no bottleneck beside a tunnel: a few event loops, reads and writes of up to 512 KiB between
/// direct buffers, and nothing allocated per byte. FIN passes through as shutdown, RST as RST, both ways.
///
/// One limit is Java's: once a peer has sent FIN, its later RST is seen only when bytes are next written to it.
///
/// All methods may be called from any thread.
public final class EmbeddedSocksServer implements AutoCloseable {
    private static final int BACKLOG = 4096;

    private final SocksServerOptions options;
    private final ServerSocketChannel listener;
    private final List<SocksServerLoop> loops = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger liveConnections = new AtomicInteger();
    private final AtomicLong acceptedConnections = new AtomicLong();
    // set when accept failed for want of descriptors, read by every loop whose connections end
    private volatile boolean isAcceptPaused;
    private int nextLoop;

    private EmbeddedSocksServer(SocksServerOptions options, ServerSocketChannel listener) {
        this.options = options;
        this.listener = listener;
    }

    /// Starts a server.
    ///
    /// @throws IOException if the address cannot be listened on; nothing is left running then
    /// @throws UnsupportedOperationException if the port is to be shared and this system cannot do that
    public static EmbeddedSocksServer start(SocksServerOptions options) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        EmbeddedSocksServer server = new EmbeddedSocksServer(options, listener);
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            if (options.sharesPort()) {
                listener.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            listener.bind(options.listen(), BACKLOG);
            listener.configureBlocking(false);
            for (int i = 0; i < options.threads(); i++) {
                server.loops.add(new SocksServerLoop(server));
            }
            server.loops.getFirst().watch(listener, SelectionKey.OP_ACCEPT, server::acceptAll);
        } catch (IOException e) {
            closeQuietly(listener);
            server.loops.forEach(SocksServerLoop::closeAll);
            throw e;
        }
        server.startThreads();
        return server;
    }

    /// Where it listens, with the port that the system chose.
    public InetSocketAddress address() {
        try {
            return (InetSocketAddress) listener.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException("the server is closed", e);
        }
    }

    /// Clients that are connected now, in any state of their request.
    public int liveConnections() {
        return liveConnections.get();
    }

    /// Clients that were accepted since the start.
    public long acceptedConnections() {
        return acceptedConnections.get();
    }

    /// Payload bytes of CONNECT streams that were written to a client or to a destination since the start.
    public long relayedBytes() {
        long sum = 0;
        for (SocksServerLoop loop : loops) {
            sum += loop.relayedBytes();
        }
        return sum;
    }

    /// Waits until the server has been closed.
    public void awaitEnd() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /// Stops listening, cuts every connection and waits for the threads to end. Harmless when repeated.
    @Override
    public void close() {
        closeQuietly(listener);
        for (SocksServerLoop loop : loops) {
            loop.close();
        }
        boolean interrupted = false;
        for (Thread thread : threads) {
            interrupted |= joinUninterruptibly(thread);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    SocksServerOptions options() {
        return options;
    }

    /// Told by a loop, on its thread, that a client is gone.
    void connectionEnded() {
        liveConnections.decrementAndGet();
        if (isAcceptPaused) {
            isAcceptPaused = false;
            loops.getFirst().execute(this::resumeAccepting);
        }
    }

    static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            // what is being given up cannot fail in a way that matters
            return;
        }
    }

    private void resumeAccepting() {
        SelectionKey key = loops.getFirst().key(listener);
        if (key != null && key.isValid()) {
            key.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    private void startThreads() {
        for (int i = 0; i < loops.size(); i++) {
            threads.add(Thread.ofPlatform().name("socks-server-" + i).daemon().start(loops.get(i)));
        }
    }

    private void acceptAll(SelectionKey key) {
        try {
            SocketChannel client;
            while ((client = listener.accept()) != null) {
                acceptedConnections.incrementAndGet();
                liveConnections.incrementAndGet();
                client.configureBlocking(false);
                client.setOption(StandardSocketOptions.TCP_NODELAY, true);
                SocketChannel accepted = client;
                SocksServerLoop loop = loops.get(nextLoop);
                nextLoop = (nextLoop + 1) % loops.size();
                loop.execute(() -> new SocksServerConnection(loop, accepted).start());
            }
        } catch (IOException e) {
            // out of descriptors: the listener would stay ready for ever, so it rests until one becomes free
            if (key.isValid()) {
                isAcceptPaused = true;
                key.interestOps(0);
            }
        }
    }

    private static boolean joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }
}
