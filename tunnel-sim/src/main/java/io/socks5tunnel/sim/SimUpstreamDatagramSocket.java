// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.spi.DatagramBatch;
import io.socks5tunnel.api.spi.ReadyHandler;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.UpstreamDatagramSocket;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The shard's UDP socket in a [SimNetwork]. As strict as [SimUpstreamSocket]: readiness is told once, and again
/// only after a call has returned "would block". Confined to the simulation's thread.
final class SimUpstreamDatagramSocket implements UpstreamDatagramSocket, SimDatagramPort.Listener {
    /// What Linux gives where nothing is asked for, bytes.
    private static final int DEFAULT_RECEIVE_BUFFER_BYTES = 212_992;

    private final SimulatedReactor reactor;
    private final SimNetwork network;
    private final InetSocketAddress relay;
    private final ReadyHandler handler;
    private final int receiveBufferBytes;
    private final ArrayDeque<byte[]> arrived = new ArrayDeque<>();
    private final SimDatagramPort port;
    private int arrivedBytes;
    private boolean isReadArmed = true;
    private boolean isWriteArmed;
    private @Nullable IOException failure;
    /// What was told to the reactor and not yet to the handler.
    private int pendingOps;

    SimUpstreamDatagramSocket(
            SimulatedReactor reactor,
            SimNetwork network,
            InetSocketAddress relay,
            int receiveBufferBytes,
            ReadyHandler handler) {
        this.reactor = reactor;
        this.network = network;
        this.relay = relay;
        this.handler = handler;
        this.receiveBufferBytes = receiveBufferBytes == 0 ? DEFAULT_RECEIVE_BUFFER_BYTES : receiveBufferBytes;
        port = network.bindClient(relay, this);
    }

    boolean isClosed() {
        return port.isClosed();
    }

    @Override
    public int receive(DatagramBatch into) throws IOException {
        requireAlive();
        int count = 0;
        while (count < into.count() && !arrived.isEmpty()) {
            byte[] payload = arrived.remove();
            arrivedBytes -= payload.length;
            int length = Math.min(payload.length, into.length(count));
            into.slab(count).bytes().put(into.offset(count), payload, 0, length);
            into.received(count, length);
            count++;
        }
        isReadArmed |= count < into.count();
        return count;
    }

    @Override
    public int send(DatagramBatch from, int first) throws IOException {
        requireAlive();
        int count = network.shorten(from.count() - first);
        for (int i = first; i < first + count; i++) {
            port.send(relay, payload(from, i));
        }
        if (first + count < from.count() && !isWriteArmed) {
            isWriteArmed = true;
            network.clock().after(network.latencyNanos(), this::onWritable);
        }
        return count;
    }

    @Override
    public InetSocketAddress localAddress() {
        return port.local();
    }

    @Override
    public void close() {
        port.close();
    }

    @Override
    public void onDatagram(InetSocketAddress source, byte[] payload) {
        if (!source.equals(relay) || arrivedBytes + payload.length > receiveBufferBytes) {
            return;
        }
        arrived.add(payload);
        arrivedBytes += payload.length;
        if (isReadArmed) {
            isReadArmed = false;
            tell(ReadyHandler.READABLE);
        }
    }

    @Override
    public void onUnreachable(InetSocketAddress destination) {
        failure = new ConnectException("Connection refused");
        tell(ReadyHandler.READABLE);
    }

    private void onWritable() {
        isWriteArmed = false;
        tell(ReadyHandler.WRITABLE);
    }

    private void requireAlive() throws IOException {
        if (isClosed()) {
            throw new IOException("Socket closed");
        }
        if (failure != null) {
            IOException told = failure;
            failure = null;
            throw told;
        }
    }

    private static byte[] payload(DatagramBatch from, int index) {
        int headerLength = from.headerLength(index);
        byte[] payload = new byte[headerLength + from.length(index)];
        Slab header = from.headerSlab(index);
        if (header != null) {
            header.bytes().get(from.headerOffset(index), payload, 0, headerLength);
        }
        from.slab(index).bytes().get(from.offset(index), payload, headerLength, from.length(index));
        return payload;
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
        if (!isClosed()) {
            handler.onReady(ops);
        }
    }
}
