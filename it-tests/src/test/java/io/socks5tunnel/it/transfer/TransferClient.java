// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// The client of the tests: opens many connections at once and runs one [TransferMode] on all of them. No
/// connection begins to transfer before every one is connected or has failed.
///
/// Runs as a process of its own: `TransferClient MODE HOST PORT CONNECTIONS BYTES SEED LIMIT_SECONDS [SOCKS
/// SOCKS_PORT]`.
/// BYTES may be a range, such as `1-65536`: then the seed decides for each connection.
/// With the last two it speaks SOCKS5 itself, which shows what a tunnel could do at best. Connection i uses seed
/// SEED + i. Prints a line for each, `CONNECTION i OK|FAILED ms detail`, for [TransferReport] to read; the
/// detail of a failure is what the kernel said. Exit code 0 if all were OK.
public final class TransferClient {
    private static final int CONNECT_MILLIS = 30_000;

    private final TransferMode mode;
    private final InetSocketAddress server;
    private final Proxy proxy;
    private final long shortest;
    private final long longest;
    private final long firstSeed;
    private final AtomicReferenceArray<String> outcomes;
    private final CountDownLatch unconnected;
    private final CountDownLatch unfinished;
    private final long limitSeconds;
    private final long startNanos = System.nanoTime();

    private TransferClient(String[] arguments) {
        mode = TransferMode.ofWord(arguments[0]);
        server = new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2]));
        int connections = Integer.parseInt(arguments[3]);
        String[] lengths = arguments[4].split("-", 2);
        shortest = Long.parseLong(lengths[0]);
        longest = Long.parseLong(lengths[lengths.length - 1]);
        firstSeed = Long.parseLong(arguments[5]);
        limitSeconds = Long.parseLong(arguments[6]);
        proxy = arguments.length < 9
                ? Proxy.NO_PROXY
                : new Proxy(Proxy.Type.SOCKS, new InetSocketAddress(arguments[7], Integer.parseInt(arguments[8])));
        outcomes = new AtomicReferenceArray<>(connections);
        unconnected = new CountDownLatch(connections);
        unfinished = new CountDownLatch(connections);
    }

    /// Runs the transfers and ends the process.
    public static void main(String[] arguments) throws InterruptedException {
        System.exit(new TransferClient(arguments).run());
    }

    private int run() throws InterruptedException {
        for (int i = 0; i < outcomes.length(); i++) {
            int index = i;
            Thread.ofVirtual().start(() -> run(index));
        }
        boolean inTime = unfinished.await(limitSeconds, TimeUnit.SECONDS);
        int failed = 0;
        for (int i = 0; i < outcomes.length(); i++) {
            String outcome = outcomes.get(i);
            if (outcome == null) {
                outcome = "FAILED " + limitSeconds * 1000 + " unfinished after " + limitSeconds + " s";
            }
            failed += outcome.startsWith("OK") ? 0 : 1;
            System.out.println("CONNECTION " + i + " " + outcome);
        }
        System.out.println(
                "SUMMARY " + (outcomes.length() - failed) + " OK, " + failed + " FAILED, " + millis() + " ms");
        return inTime && failed == 0 ? 0 : 1;
    }

    private void run(int index) {
        String outcome;
        try (Socket socket = new Socket(proxy)) {
            try {
                if (mode == TransferMode.DOWN_SLOWLY_READ) {
                    SlowStreams.narrow(socket);
                }
                socket.connect(server, CONNECT_MILLIS);
            } finally {
                unconnected.countDown();
            }
            unconnected.await();
            outcome = "OK " + millis() + " " + transfer(socket, firstSeed + index);
        } catch (IOException | InterruptedException e) {
            outcome = "FAILED " + millis() + " " + e.getMessage();
        }
        outcomes.set(index, outcome);
        unfinished.countDown();
    }

    private String transfer(Socket socket, long seed) throws IOException, InterruptedException {
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        String key = mode.word() + seed;
        long length = length(seed);
        out.write((mode.word() + " " + length + " " + seed + " " + key + "\n").getBytes(StandardCharsets.US_ASCII));
        return switch (mode) {
            case DOWN, DOWN_SLOWLY_WRITTEN -> compare(TransferServer.receiveAll(in), seed);
            case DOWN_SLOWLY_READ -> compare(TransferServer.receiveAll(SlowStreams.slow(in)), seed);
            case UP, UP_SLOWLY_READ, UP_SLOWLY_WRITTEN -> {
                boolean isSlow = mode == TransferMode.UP_SLOWLY_WRITTEN;
                TransferServer.send(isSlow ? SlowStreams.slow(socket, out) : out, seed, length);
                yield compare(String.valueOf(TransferServer.readLine(in)) + " " + length, seed);
            }
            case ECHO -> echo(socket, seed);
            case DOWN_AFTER_FIN -> {
                socket.shutdownOutput();
                yield compare(TransferServer.receiveAll(in), seed);
            }
            case UP_AFTER_FIN -> {
                expectEnd(in);
                TransferServer.send(out, seed, length);
                socket.shutdownOutput();
                yield compare(askResult(key), seed);
            }
            case SERVER_RESET -> {
                String hash = TransferServer.receive(in, length);
                out.write(TransferMode.GOT_ALL);
                expectReset(in);
                yield compare(hash + " " + length, seed);
            }
            case CLIENT_RESET -> {
                TransferServer.send(out, seed, length);
                if (in.read() != TransferMode.GOT_ALL) {
                    throw new IOException("the server did not get all of it");
                }
                TransferServer.reset(socket);
                yield expectResult(key, TransferMode.SAW_RESET + " " + SeededBytes.sha256(seed, length));
            }
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

    private String echo(Socket socket, long seed) throws IOException, InterruptedException {
        OutputStream out = socket.getOutputStream();
        Thread sender = Thread.ofVirtual().start(() -> {
            try {
                TransferServer.send(out, seed, length(seed));
                socket.shutdownOutput();
            } catch (IOException e) {
                // The reader below meets the same failure and reports it.
                System.err.println("sending failed: " + e.getMessage());
            }
        });
        String result = TransferServer.receiveAll(socket.getInputStream());
        sender.join();
        return compare(result, seed);
    }

    private String compare(String seen, long seed) throws IOException {
        String expected = SeededBytes.sha256(seed, length(seed)) + " " + length(seed);
        if (!seen.equals(expected)) {
            throw new IOException("expected " + expected + ", got " + seen);
        }
        return seen;
    }

    private String expectResult(String key, String expected) throws IOException {
        String seen = askResult(key);
        if (!seen.equals(expected)) {
            throw new IOException("expected the server to note " + expected + ", it noted " + seen);
        }
        return seen;
    }

    private String askResult(String key) throws IOException {
        try (Socket socket = new Socket(proxy)) {
            socket.connect(server, CONNECT_MILLIS);
            String line = TransferMode.RESULT.word() + " 0 0 " + key + "\n";
            socket.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
            return String.valueOf(TransferServer.readLine(socket.getInputStream()));
        }
    }

    /// Between the shortest and the longest, the same for a seed each time.
    private long length(long seed) {
        return shortest + Math.floorMod(seed * 0x9e37_79b9_7f4a_7c15L >>> 17, longest - shortest + 1);
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

    private long millis() {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }
}
