// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.soak;

import io.socks5tunnel.it.transfer.TransferServer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The destination of a soak's connections: answers any number of requests on one connection, each a line
/// `COMMAND LENGTH SEED`. Runs as a process of its own: `SoakServer PORT`. Prints a line for every connection on
/// which wrong bytes came, whose client may not live to tell.
public final class SoakServer {
    /// Sends as many seeded bytes.
    static final String DOWN = "down";

    /// Takes as many seeded bytes and answers with [#GOT_ALL].
    static final String UP = "up";

    /// Sends as many seeded bytes, waits for [#GOT_ALL], and resets the connection.
    static final String RESET = "reset";

    /// The byte that says that all has come.
    static final int GOT_ALL = '!';

    private static final int BACKLOG = 1024;

    private SoakServer() {}

    /// Serves until the process is ended.
    public static void main(String[] arguments) throws IOException {
        try (ServerSocket listening = new ServerSocket()) {
            listening.bind(new InetSocketAddress(Integer.parseInt(arguments[0])), BACKLOG);
            while (true) {
                Socket socket = listening.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (String line = TransferServer.readLine(in); line != null; line = TransferServer.readLine(in)) {
                serve(List.of(line.split(" ", -1)), in, socket);
            }
        } catch (WrongBytesException e) {
            System.out.println("WRONG " + e.getMessage());
        } catch (IOException _) {
            // faults cut connections: whether that was to be, their clients know
        }
    }

    private static void serve(List<String> request, InputStream in, Socket socket) throws IOException {
        long length = Long.parseLong(request.get(1));
        long seed = Long.parseLong(request.get(2));
        OutputStream out = socket.getOutputStream();
        switch (request.getFirst()) {
            case DOWN -> TransferServer.send(out, seed, length);
            case UP -> {
                SeededReader.read(in, seed, length);
                out.write(GOT_ALL);
            }
            case RESET -> {
                TransferServer.send(out, seed, length);
                if (in.read() == GOT_ALL) {
                    TransferServer.reset(socket);
                }
            }
            default -> throw new WrongBytesException("a request that nobody made: " + request);
        }
    }

    /// The line of a request.
    static byte[] request(String command, long length, long seed) {
        return (command + " " + length + " " + seed + "\n").getBytes(StandardCharsets.US_ASCII);
    }
}
