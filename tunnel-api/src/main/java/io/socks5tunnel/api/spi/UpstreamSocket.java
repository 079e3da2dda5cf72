// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

import java.io.IOException;
import java.net.InetSocketAddress;

/// A non-blocking TCP socket towards a SOCKS5 server. Confined to the shard whose [Reactor] opened it.
///
/// An [IOException] from any call means that the connection has failed or was reset; the socket must still be
/// closed.
public interface UpstreamSocket {
    /// Asks whether the connect has ended. May be asked before the handler is told, and need not be told any more if
    /// it has.
    ///
    /// @return true if connected, false if still under way
    /// @throws IOException if it failed
    boolean finishConnect() throws IOException;

    /// Reads into the ranges of `into`, in order.
    ///
    /// @return bytes read, 0 if it would block, -1 at the end of the stream
    int read(GatherList into) throws IOException;

    /// Writes the ranges of `from`, in order.
    ///
    /// @param more more bytes follow at once: the kernel may wait for them (Linux `MSG_MORE`)
    /// @return bytes written, 0 if it would block
    int write(GatherList from, boolean more) throws IOException;

    /// Sends FIN after what was written; reading goes on.
    void shutdownOutput() throws IOException;

    /// This end's address, as the kernel chose it.
    InetSocketAddress localAddress() throws IOException;

    /// Closes in good order. Nothing is told any more. Harmless when closed.
    void close();

    /// Closes with RST, so that the server learns that the stream was cut. Harmless when closed.
    void abort();
}
