// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.ReadyHandler;
import io.socks5tunnel.api.spi.UpstreamSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;

/// A socket whose other end is the test. Readiness is edge-triggered and told by [FakeReactor#await].
final class FakeSocket implements UpstreamSocket {
    final InetSocketAddress address;
    final ByteArrayOutputStream written = new ByteArrayOutputStream();
    int writeRoom = Integer.MAX_VALUE;
    boolean isOutputShut;
    boolean isClosed;
    boolean isAborted;
    int maxRead = Integer.MAX_VALUE;
    int pendingOps;

    /// If set, nothing is recorded or allocated: after each write this can be read.
    byte[] quietReply;

    private boolean hasQuietReply;
    private final InetSocketAddress localAddress;
    private final ReadyHandler handler;
    private byte[] incoming = new byte[0];
    private boolean isInputEnded;
    private boolean isConnected;
    private IOException failure;

    FakeSocket(InetSocketAddress localAddress, InetSocketAddress address, ReadyHandler handler) {
        this.localAddress = localAddress;
        this.address = address;
        this.handler = handler;
    }

    void connected() {
        isConnected = true;
        pendingOps |= ReadyHandler.WRITABLE;
    }

    /// As [#connected], but nobody is told.
    void connectedUntold() {
        isConnected = true;
    }

    void fail(String message) {
        failure = new IOException(message);
        pendingOps |= ReadyHandler.WRITABLE | ReadyHandler.READABLE;
    }

    void deliver(byte... bytes) {
        byte[] all = new byte[incoming.length + bytes.length];
        System.arraycopy(incoming, 0, all, 0, incoming.length);
        System.arraycopy(bytes, 0, all, incoming.length, bytes.length);
        incoming = all;
        pendingOps |= ReadyHandler.READABLE;
    }

    void endInput() {
        isInputEnded = true;
        pendingOps |= ReadyHandler.READABLE;
    }

    void allowWriting(int bytes) {
        writeRoom = bytes;
        pendingOps |= ReadyHandler.WRITABLE;
    }

    int unread() {
        return incoming.length;
    }

    void tell() {
        int ops = pendingOps;
        pendingOps = 0;
        if (ops != 0 && !isClosed) {
            handler.onReady(ops);
        }
    }

    @Override
    public boolean finishConnect() throws IOException {
        check();
        return isConnected;
    }

    @Override
    public int read(GatherList into) throws IOException {
        check();
        if (quietReply != null) {
            return readQuietly(into);
        }
        if (incoming.length == 0) {
            return isInputEnded ? -1 : 0;
        }
        int done = 0;
        int most = Math.min(incoming.length, maxRead);
        for (int i = 0; i < into.count() && done < most; i++) {
            int length = Math.min(into.length(i), most - done);
            into.slab(i).bytes().put(into.offset(i), incoming, done, length);
            done += length;
        }
        byte[] rest = new byte[incoming.length - done];
        System.arraycopy(incoming, done, rest, 0, rest.length);
        incoming = rest;
        return done;
    }

    @Override
    public int write(GatherList from, boolean more) throws IOException {
        check();
        if (quietReply != null) {
            hasQuietReply = true;
            pendingOps |= ReadyHandler.READABLE;
            return from.totalBytes();
        }
        int done = 0;
        for (int i = 0; i < from.count(); i++) {
            int length = Math.min(from.length(i), writeRoom);
            byte[] bytes = new byte[length];
            from.slab(i).bytes().get(from.offset(i), bytes);
            written.writeBytes(bytes);
            writeRoom -= length;
            done += length;
        }
        return done;
    }

    @Override
    public void shutdownOutput() throws IOException {
        check();
        isOutputShut = true;
    }

    @Override
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public void close() {
        isClosed = true;
    }

    @Override
    public void abort() {
        isClosed = true;
        isAborted = true;
    }

    private int readQuietly(GatherList into) {
        if (!hasQuietReply) {
            return 0;
        }
        hasQuietReply = false;
        into.slab(0).bytes().put(into.offset(0), quietReply);
        return quietReply.length;
    }

    private void check() throws IOException {
        if (isClosed) {
            throw new IOException("used after it was closed");
        }
        if (failure != null) {
            throw failure;
        }
    }
}
