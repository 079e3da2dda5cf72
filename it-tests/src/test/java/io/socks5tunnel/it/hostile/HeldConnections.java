// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.hostile;

import io.socks5tunnel.it.refusal.ConnectProbe;
import io.socks5tunnel.it.transfer.SeededBytes;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Connections that are made one after the other and stay, so that whatever a tunnel has little of is used up. They
/// go to several ports, since each destination has the client's ports for itself.
final class HeldConnections {
    private static final int PORTS = 16;
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int BYTES = 800;

    private final List<Socket> held = new ArrayList<>();

    /// Makes more of them.
    ///
    /// @return for each `OK`, or the name of the error
    List<String> hold(int count, InetSocketAddress destination) {
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            seen.add(hold(destination.getAddress(), destination.getPort() + i % PORTS));
        }
        return seen;
    }

    private String hold(InetAddress address, int port) {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(address, port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            exchange(socket, 0);
            held.add(socket);
            return "OK";
        } catch (IOException e) {
            close(socket);
            return ConnectProbe.error(e);
        }
    }

    /// Sends something on each, which has to come back.
    ///
    /// @return for each `OK`, or the name of the error
    List<String> check() {
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < held.size(); i++) {
            try {
                exchange(held.get(i), i + 1);
                seen.add("OK");
            } catch (IOException e) {
                seen.add(ConnectProbe.error(e));
            }
        }
        return seen;
    }

    /// Resets all of them.
    void release() throws IOException {
        for (Socket socket : held) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
        held.clear();
    }

    private static void exchange(Socket socket, long seed) throws IOException {
        byte[] sent = new byte[BYTES];
        SeededBytes.fill(sent, seed, 0);
        socket.getOutputStream().write(sent);
        byte[] back = new byte[BYTES];
        new DataInputStream(socket.getInputStream()).readFully(back);
        if (!Arrays.equals(sent, back)) {
            throw new IOException("altered bytes");
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            System.err.println(e);
        }
    }
}
