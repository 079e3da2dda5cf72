// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

import java.io.IOException;
import java.net.InetSocketAddress;

/// A non-blocking UDP socket connected to the relay of a SOCKS5 server: it sends only there, and hears only what
/// comes from there. Confined to the shard whose [Reactor] opened it.
///
/// An [IOException] tells that the kernel reported an error for an earlier datagram, such as a port that nobody
/// listens to. The socket can be used further, or closed.
public interface UpstreamDatagramSocket {
    /// Receives as many datagrams as are there and `into` has ranges for, one per range, in order of arrival. What
    /// does not fit into its range is cut off. Says with [DatagramBatch#received] how long each is.
    ///
    /// @return how many ranges were filled, from the first on; 0 if it would block. Fewer than there are mean that
    ///     no more datagrams were there: [ReadyHandler#READABLE] is told again when the next one comes
    int receive(DatagramBatch into) throws IOException;

    /// Sends the datagrams from `first` on, in order.
    ///
    /// @param first 0 to `from.count() - 1`
    /// @return how many were taken, 0 if it would block; the rest can be sent again when the socket is
    ///     [ReadyHandler#WRITABLE]
    int send(DatagramBatch from, int first) throws IOException;

    /// This end's address, as the kernel chose it.
    InetSocketAddress localAddress() throws IOException;

    /// Closes the socket. Nothing is told any more. Harmless when closed.
    void close();
}
