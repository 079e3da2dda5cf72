// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// One end of an in-memory connection of a [SimNetwork]: a stream each way, FIN and RST, all with latency.
///
/// The server's end is used by scripted servers: set a [Listener] and write. Confined to one thread.
public final class SimConnection {
    /// Told what happens at this end. Each event is told when it comes about, not repeated.
    public interface Listener {
        /// Bytes have come; take them with [SimConnection#read].
        void onReadable();

        /// The other end's FIN has come, behind all its bytes.
        void onEnded();

        /// There is room again after a [SimConnection#write] that could not take everything.
        void onWritable();

        /// The connection was reset or could not be made.
        void onFailed();
    }

    /// What both ends share.
    record Pair(
            VirtualClock clock,
            long latencyNanos,
            int capacityBytes,
            @Nullable SeededRandom shortOperations,
            Runnable onBothClosed) {}

    private static final Listener NOBODY = new Listener() {
        @Override
        public void onReadable() {}

        @Override
        public void onEnded() {}

        @Override
        public void onWritable() {}

        @Override
        public void onFailed() {}
    };

    private final Pair pair;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final ArrayDeque<byte[]> arrived = new ArrayDeque<>();
    private @Nullable SimConnection peer;
    private Listener listener = NOBODY;
    private int headOffset;
    private int readable;
    /// Bytes sent by this end that the other has not read yet, those on the way included.
    private int outstanding;

    private boolean isConnected;
    private boolean isInputEnded;
    private boolean isOutputShut;
    private boolean isClosed;
    private boolean wantsRoom;
    private @Nullable IOException failure;

    SimConnection(Pair pair, InetSocketAddress local, InetSocketAddress remote) {
        this.pair = pair;
        this.local = local;
        this.remote = remote;
    }

    /// Who is told what happens here from now on; what has come before is told at once.
    public void listener(Listener newListener) {
        listener = newListener;
        if (failure != null) {
            newListener.onFailed();
            return;
        }
        if (readable > 0) {
            newListener.onReadable();
        }
        if (isInputEnded) {
            newListener.onEnded();
        }
    }

    /// This end's address.
    public InetSocketAddress local() {
        return local;
    }

    /// The other end's address.
    public InetSocketAddress remote() {
        return remote;
    }

    /// Bytes that can be read now.
    public int readable() {
        return readable;
    }

    /// Takes bytes that have come.
    ///
    /// @return how many, 0 if none are there now, -1 behind the FIN
    /// @throws IOException if the connection has failed
    public int read(byte[] into, int offset, int length) throws IOException {
        requireAlive();
        if (readable == 0) {
            return isInputEnded ? -1 : 0;
        }
        int wanted = shorten(Math.min(length, readable));
        int done = 0;
        while (done < wanted) {
            byte[] head = arrived.element();
            int part = Math.min(wanted - done, head.length - headOffset);
            System.arraycopy(head, headOffset, into, offset + done, part);
            done += part;
            headOffset += part;
            if (headOffset == head.length) {
                arrived.remove();
                headOffset = 0;
            }
        }
        readable -= done;
        SimConnection sender = peer();
        int credit = done;
        pair.clock().after(pair.latencyNanos(), () -> sender.onRead(credit));
        return done;
    }

    /// Takes everything that has come.
    public byte[] readAll() throws IOException {
        byte[] bytes = new byte[readable];
        int done = 0;
        while (done < bytes.length) {
            done += read(bytes, done, bytes.length - done);
        }
        return bytes;
    }

    /// Sends bytes.
    ///
    /// @return how many were taken, 0 if there is no room; [Listener#onWritable] tells when there is some again
    /// @throws IOException if the connection has failed or its output was shut
    public int write(byte[] bytes, int offset, int length) throws IOException {
        requireAlive();
        if (isOutputShut || !isConnected) {
            throw new IOException(isOutputShut ? "Broken pipe" : "Socket not connected");
        }
        int count = shorten(Math.min(length, pair.capacityBytes() - outstanding));
        if (count < length) {
            wantsRoom = true;
        }
        if (count > 0) {
            byte[] copy = new byte[count];
            System.arraycopy(bytes, offset, copy, 0, count);
            outstanding += count;
            SimConnection receiver = peer();
            pair.clock().after(pair.latencyNanos(), () -> receiver.onBytes(copy));
        }
        return count;
    }

    /// Sends bytes that must all find room.
    ///
    /// @throws IOException if they do not, besides what [#write(byte[], int, int)] throws
    public void write(byte[] bytes) throws IOException {
        int done = 0;
        while (done < bytes.length) {
            int count = write(bytes, done, bytes.length - done);
            if (count == 0 && outstanding == pair.capacityBytes()) {
                throw new IOException("no room for " + (bytes.length - done) + " bytes");
            }
            done += count;
        }
    }

    /// Sends FIN behind everything written.
    public void shutdownOutput() throws IOException {
        requireAlive();
        if (!isOutputShut) {
            isOutputShut = true;
            pair.clock().after(pair.latencyNanos(), peer()::onFin);
        }
    }

    /// Closes in good order, or with RST if bytes are unread, as the kernel does. Harmless when repeated.
    public void close() {
        if (isClosed) {
            return;
        }
        boolean isKnownToPeerOnly = !isConnected && peer().isConnected;
        if (readable > 0 || isKnownToPeerOnly) {
            reset();
            return;
        }
        if (failure == null && isConnected && !isOutputShut) {
            pair.clock().after(pair.latencyNanos(), peer()::onFin);
        }
        setClosed();
    }

    /// Closes with RST. Harmless when closed.
    public void reset() {
        if (isClosed) {
            return;
        }
        if (failure == null) {
            SimConnection receiver = peer();
            pair.clock().after(pair.latencyNanos(), () -> receiver.onFailed(SimNetwork.reset()));
        }
        setClosed();
    }

    /// Whether this end was closed.
    public boolean isClosed() {
        return isClosed;
    }

    /// Whether the other end's FIN has come.
    public boolean isInputEnded() {
        return isInputEnded;
    }

    /// Whether the connection has failed, by RST or by not being made.
    public boolean hasFailed() {
        return failure != null;
    }

    boolean isConnected() {
        return isConnected;
    }

    void requireAlive() throws IOException {
        if (isClosed) {
            throw new IOException("Socket closed");
        }
        if (failure != null) {
            throw failure;
        }
    }

    void join(SimConnection other) {
        peer = other;
        other.peer = this;
    }

    void onConnected() {
        if (!isClosed && failure == null) {
            isConnected = true;
            listener.onWritable();
        }
    }

    void onFailed(IOException reason) {
        if (!isClosed && failure == null) {
            failure = reason;
            arrived.clear();
            readable = 0;
            listener.onFailed();
        }
    }

    private void onBytes(byte[] bytes) {
        if (isClosed) {
            // a kernel answers bytes for a closed socket with RST
            peer().onLateReset(pair);
            return;
        }
        if (failure == null) {
            arrived.add(bytes);
            readable += bytes.length;
            listener.onReadable();
        }
    }

    private void onLateReset(Pair shared) {
        shared.clock().after(shared.latencyNanos(), () -> onFailed(SimNetwork.reset()));
    }

    private void onFin() {
        if (!isClosed && failure == null && !isInputEnded) {
            isInputEnded = true;
            listener.onEnded();
        }
    }

    private void onRead(int bytes) {
        outstanding -= bytes;
        tellRoom();
    }

    private void tellRoom() {
        if (wantsRoom && !isClosed && failure == null) {
            wantsRoom = false;
            listener.onWritable();
        }
    }

    private int shorten(int count) {
        SeededRandom chance = pair.shortOperations();
        return chance == null || count <= 1 || chance.chance(0.5) ? count : 1 + chance.below(count);
    }

    private void setClosed() {
        isClosed = true;
        arrived.clear();
        if (peer().isClosed || !isConnected && !peer().isConnected) {
            pair.onBothClosed().run();
        }
    }

    private SimConnection peer() {
        if (peer == null) {
            throw new IllegalStateException("not joined");
        }
        return peer;
    }
}
