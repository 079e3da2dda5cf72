// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.ReadyHandler;
import io.socks5tunnel.api.spi.UpstreamOptions;
import io.socks5tunnel.api.spi.UpstreamSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A session's connection to the SOCKS server: one socket after the other while addresses are tried, and what is
/// known of its readiness.
///
/// Readiness is edge-triggered, so it is remembered here until a call on the socket says "would block". Confined to
/// one shard.
final class UpstreamLink implements ReadyHandler {
    private final Waker owner;
    private @Nullable UpstreamSocket socket;
    private boolean isReadable;
    private boolean isWritable;

    /// What was read too far, if anything was.
    private @Nullable ByteBuffer early;

    UpstreamLink(Waker owner) {
        this.owner = owner;
    }

    /// Starts to connect a new socket.
    void open(Reactor reactor, InetSocketAddress address, UpstreamOptions options) throws IOException {
        isReadable = false;
        isWritable = false;
        socket = reactor.connect(address, options, this);
    }

    @Override
    public void onReady(int readyOps) {
        isReadable |= (readyOps & READABLE) != 0;
        isWritable |= (readyOps & WRITABLE) != 0;
        owner.wake();
    }

    /// As [UpstreamSocket#localAddress()].
    InetSocketAddress localAddress() throws IOException {
        return present().localAddress();
    }

    /// Whether a read may find something.
    boolean isReadable() {
        return isReadable;
    }

    /// Whether a write may succeed.
    boolean isWritable() {
        return isWritable;
    }

    /// As [UpstreamSocket#finishConnect()].
    boolean finishConnect() throws IOException {
        isWritable = present().finishConnect();
        return isWritable;
    }

    /// As [UpstreamSocket#read].
    int read(GatherList into) throws IOException {
        if (early != null) {
            return readEarly(early, into);
        }
        int bytes = present().read(into);
        if (bytes <= 0) {
            isReadable = false;
        }
        return bytes;
    }

    /// Takes back bytes that were read and belong to somebody else: the next read finds them. They are copied.
    void unread(ByteBuffer bytes) {
        early = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
        isReadable = true;
    }

    private int readEarly(ByteBuffer from, GatherList into) {
        int before = from.position();
        for (int i = 0; i < into.count() && from.hasRemaining(); i++) {
            int length = Math.min(into.length(i), from.remaining());
            into.slab(i).bytes().put(into.offset(i), from, from.position(), length);
            from.position(from.position() + length);
        }
        if (!from.hasRemaining()) {
            early = null;
        }
        return from.position() - before;
    }

    /// Sends the ranges of `from` without holding any of it back for more.
    ///
    /// @return bytes written, 0 if it would block
    int write(GatherList from) throws IOException {
        int bytes = present().write(from, false);
        if (bytes == 0) {
            isWritable = false;
        }
        return bytes;
    }

    /// As [UpstreamSocket#shutdownOutput()].
    void shutdownOutput() throws IOException {
        present().shutdownOutput();
    }

    /// Closes the socket in good order, if there is one.
    void close() {
        if (socket != null) {
            socket.close();
            forget();
        }
    }

    /// Closes the socket with RST, if there is one.
    void abort() {
        if (socket != null) {
            socket.abort();
            forget();
        }
    }

    private void forget() {
        socket = null;
        early = null;
        isReadable = false;
        isWritable = false;
    }

    private UpstreamSocket present() throws IOException {
        if (socket == null) {
            throw new IOException("the upstream socket is closed");
        }
        return socket;
    }
}
