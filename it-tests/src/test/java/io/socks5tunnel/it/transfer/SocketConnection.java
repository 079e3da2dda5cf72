// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;

/// A socket of the kernel.
record SocketConnection(Socket socket) implements TransferConnection {
    private static final int CONNECT_MILLIS = 30_000;

    /// Opens one, by a SOCKS server where `proxy` is one.
    static SocketConnection open(InetSocketAddress server, TransferMode mode, Proxy proxy) throws IOException {
        Socket socket = new Socket(proxy);
        try {
            if (mode == TransferMode.DOWN_SLOWLY_READ) {
                SlowStreams.narrow(socket);
            }
            // each small piece as a segment of its own
            socket.setTcpNoDelay(mode == TransferMode.UP_SLOWLY_WRITTEN);
            socket.connect(server, CONNECT_MILLIS);
            return new SocketConnection(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public InputStream input() throws IOException {
        return socket.getInputStream();
    }

    @Override
    public OutputStream output() throws IOException {
        return socket.getOutputStream();
    }

    @Override
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void reset() throws IOException {
        TransferServer.reset(socket);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
