// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One event loop of an [EmbeddedSocksServer]: a selector, its thread, and the buffers of its connections.
///
/// Confined to its thread but for [#execute], [#close] and [#relayedBytes].
final class SocksServerLoop implements Runnable {
    /// What one read or write moves at most, bytes.
    static final int BUFFER_BYTES = 512 * 1024;

    /// Rests up to this size move to a small buffer, so that a stalled connection does not sit on a large one.
    static final int SMALL_BUFFER_BYTES = 32 * 1024;

    private static final int BUFFERS_KEPT = 64;

    /// Told when a channel is ready. An [IOException] ends the thread's work on that channel only.
    @FunctionalInterface
    interface Handler {
        void onReady(SelectionKey key) throws IOException;
    }

    private record Timer(long deadlineNanos, Runnable action) {}

    private final EmbeddedSocksServer server;
    private final Selector selector;
    private final Consumer<SelectionKey> dispatch = this::dispatch;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<ByteBuffer> largeBuffers = new ArrayDeque<>();
    private final ArrayDeque<ByteBuffer> smallBuffers = new ArrayDeque<>();
    private final ArrayDeque<Timer> timers = new ArrayDeque<>();
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(SocksDatagramExit.BUFFER_BYTES);
    // written by this thread alone, read by whoever asks for the sum
    private volatile long relayedBytes;
    // set by whoever closes the server, read by this thread
    private volatile boolean isClosing;

    SocksServerLoop(EmbeddedSocksServer server) throws IOException {
        this.server = server;
        selector = Selector.open();
    }

    @Override
    public void run() {
        try {
            while (!isClosing) {
                selector.select(dispatch, waitMillis());
                runTasks();
                runTimers();
            }
        } catch (IOException e) {
            isClosing = true;
            Thread.currentThread().getThreadGroup().uncaughtException(Thread.currentThread(), e);
        } finally {
            runTasks();
            closeAll();
        }
    }

    /// Has `task` run on this loop's thread. From any thread.
    void execute(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    /// Ends the loop and closes its channels. From any thread.
    void close() {
        isClosing = true;
        selector.wakeup();
    }

    /// Payload bytes passed on. From any thread.
    long relayedBytes() {
        return relayedBytes;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer: this thread
    void countRelayed(int bytes) {
        relayedBytes += bytes;
    }

    SocksServerOptions options() {
        return server.options();
    }

    boolean isClosing() {
        return isClosing;
    }

    void connectionEnded() {
        server.connectionEnded();
    }

    SelectionKey watch(SelectableChannel channel, int operations, Handler handler) throws IOException {
        return channel.register(selector, operations, handler);
    }

    @Nullable
    SelectionKey key(SelectableChannel channel) {
        return channel.keyFor(selector);
    }

    /// Runs `action` after the server's connect time-out; all timers are equally long, so they are due in order.
    void afterConnectTimeout(Runnable action) {
        timers.add(new Timer(System.nanoTime() + options().connectTimeoutMillis() * 1_000_000L, action));
    }

    /// An empty buffer of [#BUFFER_BYTES] that the caller owns until [#give].
    ByteBuffer take() {
        ByteBuffer buffer = largeBuffers.poll();
        return buffer == null ? ByteBuffer.allocateDirect(BUFFER_BYTES) : buffer;
    }

    /// The same with [#SMALL_BUFFER_BYTES].
    ByteBuffer takeSmall() {
        ByteBuffer buffer = smallBuffers.poll();
        return buffer == null ? ByteBuffer.allocateDirect(SMALL_BUFFER_BYTES) : buffer;
    }

    /// Takes a buffer back.
    void give(ByteBuffer buffer) {
        ArrayDeque<ByteBuffer> pool = buffer.capacity() == BUFFER_BYTES ? largeBuffers : smallBuffers;
        if (pool.size() < BUFFERS_KEPT) {
            pool.push(buffer.clear());
        }
    }

    /// A buffer with the same remaining bytes, as small as possible. The caller owns it instead of `rest`.
    ByteBuffer shrink(ByteBuffer rest) {
        if (rest.capacity() == SMALL_BUFFER_BYTES || rest.remaining() > SMALL_BUFFER_BYTES) {
            return rest;
        }
        ByteBuffer small = takeSmall();
        small.put(rest).flip();
        give(rest);
        return small;
    }

    /// The loop's one buffer for a datagram in passing, with undefined position and limit.
    ByteBuffer datagram() {
        return datagram;
    }

    private void dispatch(SelectionKey key) {
        Handler handler = (Handler) key.attachment();
        try {
            handler.onReady(key);
        } catch (IOException e) {
            EmbeddedSocksServer.closeQuietly(key.channel());
        }
    }

    private long waitMillis() {
        Timer first = timers.peek();
        if (first == null) {
            return 0;
        }
        return Math.max(1, (first.deadlineNanos - System.nanoTime()) / 1_000_000 + 1);
    }

    private void runTasks() {
        Runnable task;
        while ((task = tasks.poll()) != null) {
            task.run();
        }
    }

    private void runTimers() {
        Timer first;
        while ((first = timers.peek()) != null && first.deadlineNanos - System.nanoTime() <= 0) {
            timers.remove();
            first.action.run();
        }
    }

    /// Closes the channels of a loop that does not run, or does not run any more.
    void closeAll() {
        List<SelectionKey> keys = new ArrayList<>(selector.keys());
        for (SelectionKey key : keys) {
            if (key.attachment() instanceof SocksServerConnection connection) {
                connection.abort();
            } else {
                EmbeddedSocksServer.closeQuietly(key.channel());
            }
        }
        EmbeddedSocksServer.closeQuietly(selector);
    }
}
