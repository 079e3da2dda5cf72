// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.DatagramBatch;
import io.socks5tunnel.api.spi.ReadyHandler;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.UpstreamDatagramSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/// A UDP socket whose other end is the test. Readiness is edge-triggered and told by [FakeReactor#await].
final class FakeDatagramSocket implements UpstreamDatagramSocket {
    final InetSocketAddress relay;
    final int receiveBufferBytes;
    final List<byte[]> sent = new ArrayList<>();

    /// Datagrams taken per call.
    final List<Integer> calls = new ArrayList<>();

    /// What the next sends and receives throw, one each.
    final Queue<IOException> errors = new ArrayDeque<>();

    /// If set, nothing is recorded or allocated: each datagram that is sent is answered with this one.
    byte[] quietReply;

    int sendRoom = Integer.MAX_VALUE;
    int pendingOps;
    boolean isClosed;
    private final InetSocketAddress localAddress;
    private final ReadyHandler handler;
    private int quietReplies;
    private final Queue<byte[]> incoming = new ArrayDeque<>();

    FakeDatagramSocket(
            InetSocketAddress localAddress, InetSocketAddress relay, int receiveBufferBytes, ReadyHandler handler) {
        this.localAddress = localAddress;
        this.relay = relay;
        this.receiveBufferBytes = receiveBufferBytes;
        this.handler = handler;
    }

    void deliver(byte... datagram) {
        incoming.add(datagram);
        pendingOps |= ReadyHandler.READABLE;
    }

    void allowSending(int datagrams) {
        sendRoom = datagrams;
        pendingOps |= ReadyHandler.WRITABLE;
    }

    void tell() {
        int ops = pendingOps;
        pendingOps = 0;
        if (ops != 0 && !isClosed) {
            handler.onReady(ops);
        }
    }

    @Override
    public int receive(DatagramBatch into) throws IOException {
        check();
        if (quietReply != null) {
            return receiveQuietly(into);
        }
        int count = 0;
        while (count < into.count() && !incoming.isEmpty()) {
            byte[] datagram = incoming.remove();
            int length = Math.min(datagram.length, into.length(count));
            into.slab(count).bytes().put(into.offset(count), datagram, 0, length);
            into.received(count, length);
            count++;
        }
        return count;
    }

    @Override
    public int send(DatagramBatch from, int first) throws IOException {
        check();
        if (quietReply != null) {
            quietReplies += from.count() - first;
            pendingOps |= ReadyHandler.READABLE;
            return from.count() - first;
        }
        int taken = Math.min(sendRoom, from.count() - first);
        for (int i = first; i < first + taken; i++) {
            int headerLength = from.headerLength(i);
            byte[] datagram = new byte[headerLength + from.length(i)];
            Slab header = from.headerSlab(i);
            if (header != null) {
                header.bytes().get(from.headerOffset(i), datagram, 0, headerLength);
            }
            from.slab(i).bytes().get(from.offset(i), datagram, headerLength, from.length(i));
            sent.add(datagram);
        }
        sendRoom -= taken;
        calls.add(taken);
        return taken;
    }

    @Override
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public void close() {
        isClosed = true;
    }

    private int receiveQuietly(DatagramBatch into) {
        int count = Math.min(quietReplies, into.count());
        for (int i = 0; i < count; i++) {
            into.slab(i).bytes().put(into.offset(i), quietReply);
            into.received(i, quietReply.length);
        }
        quietReplies -= count;
        return count;
    }

    private void check() throws IOException {
        if (isClosed) {
            throw new IOException("used after it was closed");
        }
        IOException error = errors.poll();
        if (error != null) {
            throw error;
        }
    }
}
