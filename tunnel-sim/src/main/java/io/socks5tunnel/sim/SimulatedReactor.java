// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.spi.NameHandler;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.ReadyHandler;
import io.socks5tunnel.api.spi.TunQueue;
import io.socks5tunnel.api.spi.UpstreamDatagramSocket;
import io.socks5tunnel.api.spi.UpstreamOptions;
import io.socks5tunnel.api.spi.UpstreamSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// The reactor of simulations: virtual time, a [SimNetwork] as the world, entropy from the seed.
///
/// It never waits: [#await] tells what is ready and returns, since the [Simulation] moves time. It is as strict as
/// the contract allows: readiness is told once, and again only after a call has returned "would block".
///
/// Confined to the simulation's thread.
public final class SimulatedReactor implements Reactor {
    private final SimNetwork network;
    private final SeededRandom entropy;
    private final ArrayDeque<Runnable> ready = new ArrayDeque<>();
    private final List<SimUpstreamSocket> sockets = new ArrayList<>();
    private final List<SimUpstreamDatagramSocket> datagramSockets = new ArrayList<>();
    private boolean isWoken;
    private boolean isClosed;

    SimulatedReactor(SimNetwork network, SeededRandom entropy) {
        this.network = network;
        this.entropy = entropy;
    }

    /// Whether [#await] would return at once: something is ready, or [#wakeup] was called.
    public boolean isSignalled() {
        return isWoken || !ready.isEmpty();
    }

    /// Sockets that were opened here and not closed.
    public int openSockets() {
        sockets.removeIf(SimUpstreamSocket::isClosed);
        datagramSockets.removeIf(SimUpstreamDatagramSocket::isClosed);
        return sockets.size() + datagramSockets.size();
    }

    @Override
    public long nowNanos() {
        return network.clock().nowNanos();
    }

    @Override
    public void await(long deadlineNanos) {
        isWoken = false;
        // what handlers make ready in turn waits for the next call, as with epoll
        for (int left = ready.size(); left > 0 && !ready.isEmpty(); left--) {
            ready.remove().run();
        }
    }

    @Override
    public void wakeup() {
        isWoken = true;
    }

    @Override
    public void watch(TunQueue queue, ReadyHandler handler) {
        queue.onReadable(() -> tell(() -> handler.onReady(ReadyHandler.READABLE)));
    }

    @Override
    public UpstreamSocket connect(InetSocketAddress address, UpstreamOptions options, ReadyHandler handler)
            throws IOException {
        requireOpen();
        SimUpstreamSocket socket = new SimUpstreamSocket(this, network.connect(address), handler);
        sockets.add(socket);
        return socket;
    }

    @Override
    public UpstreamDatagramSocket openDatagrams(
            InetSocketAddress relay, UpstreamOptions options, int receiveBufferBytes, ReadyHandler handler)
            throws IOException {
        requireOpen();
        SimUpstreamDatagramSocket socket =
                new SimUpstreamDatagramSocket(this, network, relay, receiveBufferBytes, handler);
        datagramSockets.add(socket);
        return socket;
    }

    private void requireOpen() throws IOException {
        if (isClosed) {
            throw new IOException("the reactor is closed");
        }
    }

    @Override
    public void resolve(String hostName, NameHandler handler) {
        network.resolve(hostName, addresses -> tell(() -> handler.onResolved(copy(addresses))));
    }

    @Override
    public void fillWithEntropy(byte[] bytes) {
        entropy.fill(bytes);
    }

    @Override
    public void close() {
        isClosed = true;
        ready.clear();
        for (SimUpstreamSocket socket : List.copyOf(sockets)) {
            socket.close();
        }
        sockets.clear();
        datagramSockets.forEach(SimUpstreamDatagramSocket::close);
        datagramSockets.clear();
    }

    /// Has `what` told in the next [#await].
    void tell(Runnable what) {
        if (!isClosed) {
            ready.add(what);
        }
    }

    private static List<InetAddress> copy(List<InetAddress> addresses) {
        return List.copyOf(addresses);
    }
}
