// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// Moves the bytes of a CONNECT both ways. A side is read only while the other one has taken everything, so that
/// back-pressure is TCP's own. Confined to its loop's thread.
final class SocksStreamRelay implements SocksRelay {
    /// How often one event may fill the buffer before other connections have their turn.
    private static final int MAX_ROUNDS = 4;

    private final SocksServerLoop loop;
    private final SelectionKey clientKey;
    private final SelectionKey destinationKey;
    private final Direction up;
    private final Direction down;

    SocksStreamRelay(SocksServerLoop loop, SelectionKey clientKey, SelectionKey destinationKey) {
        this.loop = loop;
        this.clientKey = clientKey;
        this.destinationKey = destinationKey;
        SocketChannel client = (SocketChannel) clientKey.channel();
        SocketChannel destination = (SocketChannel) destinationKey.channel();
        up = new Direction(client, destination);
        down = new Direction(destination, client);
    }

    /// Begins with what the client had sent ahead.
    ///
    /// @param early readable bytes; belongs to this relay now
    /// @param isEnded whether the client's FIN came behind them
    /// @return as [#onReady]
    boolean start(ByteBuffer early, boolean isEnded) throws IOException {
        up.isInputEnded = isEnded;
        if (early.hasRemaining()) {
            up.rest = early;
        } else {
            loop.give(early);
        }
        up.flush();
        return updateInterest();
    }

    @Override
    public boolean onReady(SelectionKey key) throws IOException {
        Direction out = key.equals(clientKey) ? up : down;
        Direction in = key.equals(clientKey) ? down : up;
        if (key.isWritable()) {
            in.flush();
        }
        if (key.isReadable()) {
            out.transfer();
        }
        return updateInterest();
    }

    @Override
    public void release() {
        up.release();
        down.release();
    }

    private boolean updateInterest() {
        if (up.isDone() && down.isDone()) {
            return true;
        }
        setInterest(clientKey, up, down);
        setInterest(destinationKey, down, up);
        return false;
    }

    private static void setInterest(SelectionKey key, Direction from, Direction to) {
        int wanted = (from.wantsInput() ? SelectionKey.OP_READ : 0) | (to.rest == null ? 0 : SelectionKey.OP_WRITE);
        if (key.interestOps() != wanted) {
            key.interestOps(wanted);
        }
    }

    /// One way through the relay.
    private final class Direction {
        private final SocketChannel source;
        private final SocketChannel sink;
        /// Read and not yet written; nothing is read while there is something.
        private @Nullable ByteBuffer rest;

        private boolean isInputEnded;
        private boolean isOutputShut;

        Direction(SocketChannel source, SocketChannel sink) {
            this.source = source;
            this.sink = sink;
        }

        boolean wantsInput() {
            return rest == null && !isInputEnded;
        }

        boolean isDone() {
            return isOutputShut;
        }

        void transfer() throws IOException {
            for (int round = 0; round < MAX_ROUNDS && wantsInput(); round++) {
                ByteBuffer buffer = loop.take();
                int count = source.read(buffer);
                isInputEnded = count < 0;
                rest = buffer.flip();
                flush();
                if (count < SocksServerLoop.BUFFER_BYTES) {
                    return;
                }
            }
        }

        void flush() throws IOException {
            if (rest != null) {
                if (rest.hasRemaining()) {
                    loop.countRelayed(sink.write(rest));
                }
                if (rest.hasRemaining()) {
                    rest = loop.shrink(rest);
                    return;
                }
                release();
            }
            if (isInputEnded && !isOutputShut) {
                isOutputShut = true;
                sink.shutdownOutput();
            }
        }

        void release() {
            if (rest != null) {
                loop.give(rest);
                rest = null;
            }
        }
    }
}
