// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.ReadyHandler;
import io.socks5tunnel.api.spi.UpstreamSocket;
import java.io.IOException;
import java.net.InetSocketAddress;

/// The shard's end of a [SimConnection]. Tells readiness at its edge only: when something begins to be possible
/// that a call before had found impossible. Confined to the simulation's thread.
final class SimUpstreamSocket implements UpstreamSocket, SimConnection.Listener {
    private final SimulatedReactor reactor;
    private final SimConnection connection;
    private final ReadyHandler handler;
    private boolean isReadArmed = true;
    private boolean isWriteArmed = true;
    /// What was told to the reactor and not yet to the handler.
    private int pendingOps;

    SimUpstreamSocket(SimulatedReactor reactor, SimConnection connection, ReadyHandler handler) {
        this.reactor = reactor;
        this.connection = connection;
        this.handler = handler;
        connection.listener(this);
    }

    boolean isClosed() {
        return connection.isClosed();
    }

    @Override
    public boolean finishConnect() throws IOException {
        connection.requireAlive();
        if (!connection.isConnected()) {
            isWriteArmed = true;
        }
        return connection.isConnected();
    }

    @Override
    public int read(GatherList into) throws IOException {
        connection.requireAlive();
        int total = 0;
        for (int i = 0; i < into.count(); i++) {
            byte[] part = new byte[into.length(i)];
            int count = connection.read(part, 0, part.length);
            if (count <= 0) {
                total = total == 0 ? count : total;
                break;
            }
            into.slab(i).bytes().put(into.offset(i), part, 0, count);
            total += count;
            if (count < part.length) {
                break;
            }
        }
        isReadArmed |= total == 0;
        return total;
    }

    @Override
    public int write(GatherList from, boolean more) throws IOException {
        connection.requireAlive();
        int total = 0;
        for (int i = 0; i < from.count(); i++) {
            byte[] part = new byte[from.length(i)];
            from.slab(i).bytes().get(from.offset(i), part);
            int count = connection.write(part, 0, part.length);
            total += count;
            if (count < part.length) {
                isWriteArmed = true;
                break;
            }
        }
        return total;
    }

    @Override
    public void shutdownOutput() throws IOException {
        connection.shutdownOutput();
    }

    @Override
    public InetSocketAddress localAddress() {
        return connection.local();
    }

    @Override
    public void close() {
        connection.close();
    }

    @Override
    public void abort() {
        connection.reset();
    }

    @Override
    public void onReadable() {
        if (isReadArmed) {
            isReadArmed = false;
            tell(ReadyHandler.READABLE);
        }
    }

    @Override
    public void onEnded() {
        onReadable();
    }

    @Override
    public void onWritable() {
        if (isWriteArmed) {
            isWriteArmed = false;
            tell(ReadyHandler.WRITABLE);
        }
    }

    @Override
    public void onFailed() {
        tell(ReadyHandler.READABLE | ReadyHandler.WRITABLE);
    }

    private void tell(int ops) {
        if (pendingOps == 0) {
            reactor.tell(this::tellHandler);
        }
        pendingOps |= ops;
    }

    private void tellHandler() {
        int ops = pendingOps;
        pendingOps = 0;
        if (!connection.isClosed()) {
            handler.onReady(ops);
        }
    }
}
