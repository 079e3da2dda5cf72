// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.script;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/// The server side of a packet script: a TCP implementation and one application on it. Closed when the script ends.
interface ScriptHost extends AutoCloseable {
    /// Where the client's packets come from.
    InetSocketAddress client();

    /// Where they go.
    InetSocketAddress server();

    /// A packet from the client.
    void inject(byte[] packet) throws IOException;

    /// Packets that went out to the client since the last call, in order.
    List<byte[]> answers() throws IOException;

    /// Lets time pass.
    void pass(long millis) throws IOException;

    /// Whether a client is connected, from the application's view.
    boolean isConnected() throws IOException;

    /// What the application can read at once, at most `limit` bytes.
    ///
    /// @return empty if nothing is there
    /// @throws EndOfStream if the client has ended
    /// @throws IOException if the client has reset
    byte[] read(int limit) throws IOException;

    /// Writes as much as can be taken at once.
    ///
    /// @return how much that was
    int write(byte[] bytes) throws IOException;

    /// Ends the application's direction.
    void shutdownOutput() throws IOException;

    /// Closes the socket: nothing more is read.
    void closeSocket() throws IOException;

    /// Resets the connection.
    void reset() throws IOException;

    @Override
    void close() throws IOException;

    /// The client has sent FIN and everything before it was read.
    final class EndOfStream extends IOException {
        private static final long serialVersionUID = 1;

        EndOfStream() {
            super("the client has ended");
        }
    }
}
