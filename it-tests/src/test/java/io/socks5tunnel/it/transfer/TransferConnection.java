// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// A connection that a client has opened: a socket of the kernel, or one that is simulated. Failures bear the words
/// that the JDK has for them, such as "Connection reset".
public interface TransferConnection extends AutoCloseable {
    /// What comes from the server.
    InputStream input() throws IOException;

    /// What goes to the server.
    OutputStream output() throws IOException;

    /// Sends FIN; reading goes on.
    void shutdownOutput() throws IOException;

    /// Sends RST.
    void reset() throws IOException;

    @Override
    void close() throws IOException;
}
