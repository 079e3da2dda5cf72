// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.reactor;

import io.socks5tunnel.api.spi.Reactor;
import java.io.IOException;
import java.net.InetSocketAddress;

/// A reactor and what is at the other end of its sockets. One thread does both.
interface ReactorWorld extends AutoCloseable {
    /// The reactor.
    Reactor reactor();

    /// Where [#accept] takes connections.
    InetSocketAddress server();

    /// An address of the same host where nobody listens.
    InetSocketAddress nobody();

    /// A name that leads somewhere.
    String knownName();

    /// Lets a little time pass, and tells the handlers what has happened in it.
    void turn() throws IOException;

    /// The next connection that was made to [#server].
    Stream accept() throws IOException;

    /// Opens a UDP socket.
    ///
    /// @param isIpv4 or IPv6
    Datagrams openDatagrams(boolean isIpv4) throws IOException;

    @Override
    void close() throws IOException;

    /// The other end of a connection.
    interface Stream {
        /// Its client's address.
        InetSocketAddress remote() throws IOException;

        /// Sends all of it.
        void write(byte[] bytes) throws IOException;

        /// Sends FIN.
        void shutdownOutput() throws IOException;

        /// What has come until now, and not been taken. Throws if the connection was reset.
        byte[] take() throws IOException;

        /// Whether FIN has come, as far as [#take] has seen.
        boolean hasEnded();

        /// Closes with RST.
        void reset() throws IOException;

        /// Closes.
        void close() throws IOException;
    }

    /// The other end of datagrams.
    interface Datagrams {
        /// Its address.
        InetSocketAddress local() throws IOException;

        /// Sends one.
        void send(InetSocketAddress to, byte[] payload) throws IOException;

        /// The next that has come, or null.
        byte[] receive() throws IOException;

        /// Closes it.
        void close() throws IOException;
    }
}
