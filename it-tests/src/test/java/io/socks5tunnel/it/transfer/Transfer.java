// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/// What a client does on one connection, and how it knows that all went well.
///
/// @param network for the second connection that some modes need
/// @param seed of the bytes
/// @param length how many
record Transfer(TransferNetwork network, InetSocketAddress server, TransferMode mode, long seed, long length) {
    /// @return hash and length
    /// @throws IOException what was otherwise than expected
    String run(TransferConnection connection) throws IOException, InterruptedException {
        InputStream in = connection.input();
        OutputStream out = connection.output();
        out.write((mode.word() + " " + length + " " + seed + " " + key() + "\n").getBytes(StandardCharsets.US_ASCII));
        return switch (mode) {
            case DOWN, DOWN_SLOWLY_WRITTEN -> compare(TransferServer.receiveAll(in));
            case DOWN_SLOWLY_READ -> compare(TransferServer.receiveAll(SlowStreams.slow(in)));
            case UP, UP_SLOWLY_READ, UP_SLOWLY_WRITTEN -> {
                boolean isSlow = mode == TransferMode.UP_SLOWLY_WRITTEN;
                TransferServer.send(isSlow ? SlowStreams.slow(out) : out, seed, length);
                yield compare(String.valueOf(TransferServer.readLine(in)) + " " + length);
            }
            case ECHO -> echo(connection);
            case DOWN_AFTER_FIN -> {
                connection.shutdownOutput();
                yield compare(TransferServer.receiveAll(in));
            }
            case UP_AFTER_FIN -> {
                expectEnd(in);
                TransferServer.send(out, seed, length);
                connection.shutdownOutput();
                yield compare(askResult());
            }
            case SERVER_RESET -> {
                String result = compare(TransferServer.receive(in, length) + " " + length);
                out.write(TransferMode.GOT_ALL);
                expectReset(in);
                yield result;
            }
            case CLIENT_RESET -> clientReset(connection);
            case HOLD -> {
                if (in.read() != TransferMode.GOT_ALL) {
                    throw new IOException("the server is not there");
                }
                System.out.println("HELD");
                expectEnd(in);
                yield "ended";
            }
            case RESULT -> throw new IOException("result is not a mode for the command line");
        };
    }

    private String clientReset(TransferConnection connection) throws IOException {
        TransferServer.send(connection.output(), seed, length);
        if (connection.input().read() != TransferMode.GOT_ALL) {
            throw new IOException("the server did not get all of it");
        }
        connection.reset();
        String seen = askResult();
        if (!seen.endsWith(" " + SeededBytes.sha256(seed, length))) {
            throw new IOException("the server got other bytes than were sent: " + seen);
        }
        if (!seen.startsWith(TransferMode.SAW_RESET)) {
            throw new IOException("expected the server to note a reset, it noted " + seen);
        }
        return seen;
    }

    private String echo(TransferConnection connection) throws IOException, InterruptedException {
        OutputStream out = connection.output();
        Thread sender = Thread.ofVirtual().start(() -> {
            try {
                TransferServer.send(out, seed, length);
                connection.shutdownOutput();
            } catch (IOException e) {
                // The reader below meets the same failure and reports it.
                System.err.println("sending failed: " + e.getMessage());
            }
        });
        String result = TransferServer.receiveAll(connection.input());
        sender.join();
        return compare(result);
    }

    private String compare(String seen) throws IOException {
        String expected = SeededBytes.sha256(seed, length) + " " + length;
        if (!seen.equals(expected)) {
            throw new IOException("expected " + expected + ", got " + seen);
        }
        return seen;
    }

    private String askResult() throws IOException {
        try (TransferConnection connection = network.connect(server, TransferMode.RESULT)) {
            String line = TransferMode.RESULT.word() + " 0 0 " + key() + "\n";
            connection.output().write(line.getBytes(StandardCharsets.US_ASCII));
            return String.valueOf(TransferServer.readLine(connection.input()));
        }
    }

    /// What the server notes for this connection is found by this.
    private String key() {
        return mode.word() + seed;
    }

    private static void expectEnd(InputStream in) throws IOException {
        if (in.read() != -1) {
            throw new IOException("expected the server's FIN, got a byte");
        }
    }

    private static void expectReset(InputStream in) throws IOException {
        int next;
        try {
            next = in.read();
        } catch (SocketException e) {
            if ("Connection reset".equals(e.getMessage())) {
                return;
            }
            throw e;
        }
        throw new IOException("expected a reset, got " + (next < 0 ? "an orderly end" : "a byte"));
    }
}
