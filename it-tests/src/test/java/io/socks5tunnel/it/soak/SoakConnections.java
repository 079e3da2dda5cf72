// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.soak;

import io.socks5tunnel.it.transfer.TransferServer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.random.RandomGenerator;

/// The connections of a soak, one at a time. Each method is one connection and gives the bytes that went through
/// it.
///
/// @param random decides on sizes and pauses
/// @param address of the destination
record SoakConnections(RandomGenerator random, InetAddress address) {
    private static final int CONNECT_MILLIS = 30_000;
    private static final int READ_MILLIS = 60_000;
    private static final int ASK_AGAIN_MILLIS = 1_000;
    private static final long SMALLEST_PAGE_BYTES = 1_000;
    private static final double PAGE_RANGE = 200;
    private static final int MOST_PAGES = 6;
    private static final long SMALLEST_BULK_BYTES = 1_000_000;
    private static final double BULK_RANGE = 12;
    private static final long SLOW_BYTES = 1_500_000;
    private static final int NARROW_BYTES = 65_536;
    private static final int SLOW_READ_MILLIS = 40;
    private static final long SMALL_BYTES = 20_000;

    /// A few pages on one connection, with pauses.
    long browse() throws IOException, InterruptedException {
        long bytes = 0;
        try (Socket socket = connect(0)) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (int pages = 1 + random.nextInt(MOST_PAGES); pages > 0; pages--) {
                long length = pageBytes();
                long seed = random.nextLong();
                socket.getOutputStream().write(SoakServer.request(SoakServer.DOWN, length, seed));
                SeededReader.read(in, seed, length);
                bytes += length;
                Thread.sleep(20 + random.nextInt(300));
            }
            socket.shutdownOutput();
            SeededReader.readEnd(in);
        }
        return bytes;
    }

    long download() throws IOException {
        long length = bulkBytes();
        long seed = random.nextLong();
        try (Socket socket = connect(0)) {
            socket.getOutputStream().write(SoakServer.request(SoakServer.DOWN, length, seed));
            SeededReader.read(socket.getInputStream(), seed, length);
        }
        return length;
    }

    long upload() throws IOException {
        long length = bulkBytes();
        long seed = random.nextLong();
        try (Socket socket = connect(0)) {
            socket.getOutputStream().write(SoakServer.request(SoakServer.UP, length, seed));
            TransferServer.send(socket.getOutputStream(), seed, length);
            expectAll(socket);
        }
        return length;
    }

    /// Reads a little at a time, with little room.
    long readSlowly() throws IOException, InterruptedException {
        long seed = random.nextLong();
        try (Socket socket = connect(NARROW_BYTES)) {
            socket.getOutputStream().write(SoakServer.request(SoakServer.DOWN, SLOW_BYTES, seed));
            SeededReader.read(socket.getInputStream(), seed, SLOW_BYTES, () -> Thread.sleep(SLOW_READ_MILLIS));
        }
        return SLOW_BYTES;
    }

    /// Says all it has to say first, and gets the answer afterwards.
    long closeHalf() throws IOException {
        long length = pageBytes();
        long seed = random.nextLong();
        try (Socket socket = connect(0)) {
            socket.getOutputStream().write(SoakServer.request(SoakServer.DOWN, length, seed));
            socket.shutdownOutput();
            SeededReader.read(socket.getInputStream(), seed, length);
            SeededReader.readEnd(socket.getInputStream());
        }
        return length;
    }

    /// Is reset by the server when all has come.
    long isReset() throws IOException {
        long seed = random.nextLong();
        try (Socket socket = connect(0)) {
            socket.getOutputStream().write(SoakServer.request(SoakServer.RESET, SMALL_BYTES, seed));
            SeededReader.read(socket.getInputStream(), seed, SMALL_BYTES);
            socket.getOutputStream().write(SoakServer.GOT_ALL);
            if (isEndedInOrder(socket)) {
                throw new IOException("a reset came as an orderly end");
            }
        }
        return SMALL_BYTES;
    }

    /// A reset may get lost, and is not repeated by itself, only in answer to something: so the client says now and
    /// then that it is still there.
    private static boolean isEndedInOrder(Socket socket) throws IOException {
        socket.setSoTimeout(ASK_AGAIN_MILLIS);
        for (int i = 0; i < READ_MILLIS / ASK_AGAIN_MILLIS; i++) {
            try {
                SeededReader.readEnd(socket.getInputStream());
                return true;
            } catch (SocketTimeoutException _) {
                socket.getOutputStream().write(SoakServer.GOT_ALL);
            } catch (SocketException _) {
                return false;
            }
        }
        throw new IOException("no reset came");
    }

    /// Gives up in the middle of a transfer.
    long reset() throws IOException {
        long seed = random.nextLong();
        long part = SMALL_BYTES / 2;
        try (Socket socket = connect(0)) {
            socket.getOutputStream().write(SoakServer.request(SoakServer.DOWN, SMALL_BYTES, seed));
            SeededReader.read(socket.getInputStream(), seed, part);
            TransferServer.reset(socket);
        }
        return part;
    }

    /// Comes and goes.
    long connectOnly() throws IOException {
        connect(0).close();
        return 0;
    }

    /// Wants a port where nobody listens.
    long isRefused() throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, SoakLab.CLOSED_PORT), CONNECT_MILLIS);
        } catch (ConnectException e) {
            if ("Connection refused".equals(e.getMessage())) {
                return 0;
            }
            throw e;
        }
        throw new IOException("connected to a closed port");
    }

    private Socket connect(int receiveBufferBytes) throws IOException {
        Socket socket = new Socket();
        try {
            if (receiveBufferBytes > 0) {
                socket.setReceiveBufferSize(receiveBufferBytes);
            }
            socket.setSoTimeout(READ_MILLIS);
            socket.connect(new InetSocketAddress(address, SoakLab.STREAM_PORT), CONNECT_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static void expectAll(Socket socket) throws IOException {
        if (socket.getInputStream().read() != SoakServer.GOT_ALL) {
            throw new IOException("ended before all had been taken");
        }
    }

    private long pageBytes() {
        return (long) (SMALLEST_PAGE_BYTES * Math.pow(PAGE_RANGE, random.nextDouble()));
    }

    private long bulkBytes() {
        return (long) (SMALLEST_BULK_BYTES * Math.pow(BULK_RANGE, random.nextDouble()));
    }
}
