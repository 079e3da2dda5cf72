// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A connection of a [SimulatedNetwork] as a blocking channel, which an interrupt of a thread that waits for it
/// closes. Any thread may call any method.
///
/// The lock guards what the caller's thread and the network's both see; the [SimTcpClient] below is touched on the
/// network's thread only.
public final class SimulatedChannel implements ByteChannel {
    /// How much may wait in either direction.
    private static final int LIMIT_BYTES = 1 << 20;

    private static final int CHUNK_BYTES = 256 * 1024;

    private final SimulatedNetwork network;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<ByteBuffer> received = new ArrayDeque<>();
    private SimTcpClient.State state = SimTcpClient.State.OPENING;
    private int receivedBytes;
    private int handedOverBytes;
    private int unacknowledgedBytes;
    private boolean isInputEnded;
    private boolean isReadingPaused;
    private boolean isClosed;
    /// Null until the network's thread has made it.
    private @Nullable SimTcpClient client;

    SimulatedChannel(SimulatedNetwork network) {
        this.network = network;
    }

    /// On the network's thread, as the next four.
    void attach(SimTcpClient newClient) {
        client = newClient;
        newClient.onBytes(this::onBytes);
    }

    /// Passes on what has become of the client.
    void update() {
        SimTcpClient current = client();
        boolean mayResume;
        lock.lock();
        try {
            state = current.state();
            isInputEnded = current.isInputEnded();
            unacknowledgedBytes = current.unacknowledged();
            mayResume = isReadingPaused && receivedBytes < LIMIT_BYTES / 2;
            isReadingPaused &= !mayResume;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (mayResume) {
            current.resumeReading();
        }
    }

    boolean isOver() {
        return client().state().isFinal();
    }

    /// The network has ended.
    void abandon() {
        lock.lock();
        try {
            isClosed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until the handshake is over.
    void awaitOpen() throws IOException {
        lock.lock();
        try {
            while (state == SimTcpClient.State.OPENING) {
                awaitChange();
            }
            switch (state) {
                case OPENING, OPEN, CLOSED -> {}
                case RESET -> throw new ConnectException("Connection refused");
                case UNREACHABLE -> throw new NoRouteToHostException("No route to host");
                case TIMED_OUT -> throw new ConnectException("Connection timed out");
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        lock.lock();
        try {
            while (received.isEmpty()) {
                requireAlive();
                if (isInputEnded) {
                    return -1;
                }
                awaitChange();
            }
            int before = into.remaining();
            while (into.hasRemaining() && !received.isEmpty()) {
                takeFirst(into);
            }
            receivedBytes -= before - into.remaining();
            if (isReadingPaused && receivedBytes < LIMIT_BYTES / 2) {
                network.execute(this::update);
            }
            return before - into.remaining();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        byte[] chunk = new byte[Math.min(CHUNK_BYTES, from.remaining())];
        lock.lock();
        try {
            requireAlive();
            while (handedOverBytes + unacknowledgedBytes >= LIMIT_BYTES) {
                awaitChange();
                requireAlive();
            }
            from.get(chunk);
            handedOverBytes += chunk.length;
        } finally {
            lock.unlock();
        }
        network.execute(() -> send(chunk));
        return chunk.length;
    }

    @Override
    public boolean isOpen() {
        lock.lock();
        try {
            return !isClosed;
        } finally {
            lock.unlock();
        }
    }

    /// Sends FIN behind everything written. Reading goes on, writing does not.
    ///
    /// @throws IOException if the connection has ended by another way than FIN
    public void shutdownOutput() throws IOException {
        lock.lock();
        try {
            requireAlive();
            network.execute(() -> client().shutdownOutput());
        } finally {
            lock.unlock();
        }
    }

    /// Sends RST, and closes.
    public void reset() {
        end(false);
    }

    /// Ends as a kernel's socket does: with FIN, or with RST if something was not read, also if that comes later.
    @Override
    public void close() {
        end(true);
    }

    private void end(boolean isOrderly) {
        lock.lock();
        try {
            if (isClosed) {
                return;
            }
            isClosed = true;
            boolean isFin = isOrderly && received.isEmpty() && !isReadingPaused;
            received.clear();
            changed.signalAll();
            network.execute(isFin ? () -> client().shutdownOutput() : () -> client().reset());
        } finally {
            lock.unlock();
        }
    }

    private void onBytes(byte[] bytes) {
        boolean isFull;
        lock.lock();
        try {
            if (isClosed) {
                client().reset();
                return;
            }
            received.add(ByteBuffer.wrap(bytes));
            receivedBytes += bytes.length;
            isFull = receivedBytes >= LIMIT_BYTES;
            isReadingPaused |= isFull;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (isFull) {
            client().pauseReading();
        }
    }

    private void send(byte[] chunk) {
        SimTcpClient current = client();
        current.send(chunk);
        lock.lock();
        try {
            handedOverBytes -= chunk.length;
            unacknowledgedBytes = current.unacknowledged();
        } finally {
            lock.unlock();
        }
    }

    private void takeFirst(ByteBuffer into) {
        ByteBuffer first = received.element();
        int count = Math.min(first.remaining(), into.remaining());
        into.put(first.slice(first.position(), count));
        first.position(first.position() + count);
        if (!first.hasRemaining()) {
            received.remove();
        }
    }

    private void requireAlive() throws IOException {
        if (isClosed) {
            throw new ClosedChannelException();
        }
        if (state == SimTcpClient.State.RESET || state == SimTcpClient.State.TIMED_OUT) {
            throw new SocketException(state == SimTcpClient.State.RESET ? "Connection reset" : "Connection timed out");
        }
    }

    @SuppressWarnings("WaitNotInLoop") // each caller looks again at what it waits for
    private void awaitChange() throws IOException {
        if (isClosed) {
            throw new ClosedChannelException();
        }
        try {
            changed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new ClosedByInterruptException();
        }
    }

    private SimTcpClient client() {
        if (client == null) {
            throw new IllegalStateException("not attached");
        }
        return client;
    }
}
