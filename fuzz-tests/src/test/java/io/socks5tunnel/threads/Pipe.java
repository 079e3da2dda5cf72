// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.ReadyHandler;
import io.socks5tunnel.api.spi.UpstreamSocket;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// A connected socket whose other end is a fuzz target.
final class Pipe implements UpstreamSocket {
    private final ReadyHandler handler;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private ByteBuffer input = ByteBuffer.allocate(0);
    private int room;

    Pipe(ReadyHandler handler) {
        this.handler = handler;
    }

    /// Bytes of the server, when all before were read.
    void deliver(byte[] bytes) {
        input = ByteBuffer.wrap(bytes);
        handler.onReady(ReadyHandler.READABLE);
    }

    boolean hasInput() {
        return input.hasRemaining();
    }

    /// So many bytes can be written now.
    void allow(int bytes) {
        room = bytes;
        handler.onReady(ReadyHandler.WRITABLE);
    }

    ByteArrayOutputStream written() {
        return written;
    }

    @Override
    public boolean finishConnect() {
        return true;
    }

    @Override
    public int read(GatherList into) {
        int read = 0;
        for (int i = 0; i < into.count(); i++) {
            int count = Math.min(into.length(i), input.remaining());
            into.slab(i).bytes().put(into.offset(i), input, input.position(), count);
            input.position(input.position() + count);
            read += count;
        }
        return read;
    }

    @Override
    public int write(GatherList from, boolean more) {
        int wrote = 0;
        for (int i = 0; i < from.count() && room > 0; i++) {
            byte[] piece = new byte[Math.min(from.length(i), room)];
            from.slab(i).bytes().get(from.offset(i), piece);
            written.writeBytes(piece);
            room -= piece.length;
            wrote += piece.length;
        }
        return wrote;
    }

    @Override
    public void shutdownOutput() {}

    @Override
    public InetSocketAddress localAddress() {
        return new InetSocketAddress("192.0.2.2", 1);
    }

    @Override
    public void close() {}

    @Override
    public void abort() {}
}
