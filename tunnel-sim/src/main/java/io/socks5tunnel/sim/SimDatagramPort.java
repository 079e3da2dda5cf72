// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.net.InetSocketAddress;

/// A UDP port of a [SimNetwork]: of a server, or of the tunnel's end. Confined to one thread.
public final class SimDatagramPort {
    /// Told what comes to the port.
    @FunctionalInterface
    public interface Listener {
        /// A datagram has come. The array is the listener's.
        void onDatagram(InetSocketAddress source, byte[] payload);

        /// Nobody listens where a datagram went.
        default void onUnreachable(InetSocketAddress destination) {}
    }

    private final SimNetwork network;
    private final InetSocketAddress local;
    private final Listener listener;
    private boolean isClosed;

    SimDatagramPort(SimNetwork network, InetSocketAddress local, Listener listener) {
        this.network = network;
        this.local = local;
        this.listener = listener;
    }

    /// Its address.
    public InetSocketAddress local() {
        return local;
    }

    /// Sends a datagram to an address of the same family. A closed port sends nothing.
    public void send(InetSocketAddress destination, byte[] payload) {
        if (!isClosed) {
            network.sendDatagram(local, destination, payload);
        }
    }

    /// Closes the port; what comes to it afterwards finds nobody. Harmless when repeated.
    public void close() {
        if (!isClosed) {
            isClosed = true;
            network.unbind(this);
        }
    }

    /// Whether it was closed.
    public boolean isClosed() {
        return isClosed;
    }

    void onDatagram(InetSocketAddress source, byte[] payload) {
        listener.onDatagram(source, payload);
    }

    void onUnreachable(InetSocketAddress destination) {
        if (!isClosed) {
            listener.onUnreachable(destination);
        }
    }
}
