// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.transfer;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The destination of the tests: answers [TransferMode]s, and enough HTTP for curl, on one port of all addresses.
///
/// `GET /bytes/N/SEED` sends N seeded bytes; `PUT` of anything answers with the SHA-256 of the body in hex. Runs as
/// a process of its own: `TransferServer PORT`. A virtual thread serves each connection.
public final class TransferServer {
    private static final int RESULT_SECONDS = 60;
    private static final int ASK_AGAIN_MILLIS = 1000;
    private static final int BACKLOG = 4096;
    private static final int LINE_LIMIT = 8192;

    private final ConcurrentMap<String, CompletableFuture<String>> results = new ConcurrentHashMap<>();

    /// Serves until the process is ended.
    public static void main(String[] arguments) throws IOException {
        new TransferServer().serve(Integer.parseInt(arguments[0]));
    }

    private void serve(int port) throws IOException {
        try (ServerSocket listening = new ServerSocket()) {
            listening.bind(new InetSocketAddress(port), BACKLOG);
            while (true) {
                Socket socket = listening.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream(), SeededBytes.CHUNK_BYTES);
            String line = readLine(in);
            if (line == null) {
                return;
            }
            List<String> words = List.of(line.split(" ", -1));
            if (line.endsWith("HTTP/1.1")) {
                serveHttp(words, in, socket.getOutputStream());
            } else {
                serveMode(words, in, socket);
            }
        } catch (IOException e) {
            System.err.println("connection failed: " + e.getMessage());
        }
    }

    private void serveMode(List<String> words, InputStream in, Socket socket) throws IOException {
        long length = Long.parseLong(words.get(1));
        long seed = Long.parseLong(words.get(2));
        String key = words.get(3);
        OutputStream out = socket.getOutputStream();
        switch (TransferMode.ofWord(words.get(0))) {
            case DOWN, DOWN_SLOWLY_READ -> send(out, seed, length);
            case DOWN_SLOWLY_WRITTEN -> send(SlowStreams.slow(socket, out), seed, length);
            case UP, UP_SLOWLY_WRITTEN -> answer(out, receive(in, length));
            case UP_SLOWLY_READ -> {
                SlowStreams.narrow(socket);
                answer(out, receive(SlowStreams.slow(in), length));
            }
            case ECHO -> in.transferTo(out);
            case DOWN_AFTER_FIN -> {
                if (in.read() != -1) {
                    throw new IOException("expected the client's FIN, got a byte");
                }
                send(out, seed, length);
            }
            case UP_AFTER_FIN -> {
                socket.shutdownOutput();
                note(key, receiveAll(in));
            }
            case SERVER_RESET -> {
                send(out, seed, length);
                if (in.read() != TransferMode.GOT_ALL) {
                    throw new IOException("the client did not get all of it");
                }
                reset(socket);
            }
            case CLIENT_RESET -> {
                String hash = receive(in, length);
                out.write(TransferMode.GOT_ALL);
                note(key, endOf(socket, in) + " " + hash);
            }
            case HOLD -> {
                out.write(TransferMode.GOT_ALL);
                in.read();
            }
            case RESULT -> answer(out, result(key));
        }
    }

    private static void answer(OutputStream out, String line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void serveHttp(List<String> request, InputStream in, OutputStream out) throws IOException {
        List<String> headers = new ArrayList<>();
        for (String line = readLine(in); line != null && !line.isEmpty(); line = readLine(in)) {
            headers.add(line.toLowerCase(Locale.ROOT));
        }
        if (request.get(0).equals("GET")) {
            List<String> path = List.of(request.get(1).split("/", -1));
            long length = Long.parseLong(path.get(2));
            out.write(httpHead(length));
            send(out, Long.parseLong(path.get(3)), length);
            return;
        }
        if (headers.contains("expect: 100-continue")) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        String hash = receive(in, contentLength(headers));
        out.write(httpHead(hash.length()));
        out.write(hash.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] httpHead(long length) {
        String head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + length + "\r\n\r\n";
        return head.getBytes(StandardCharsets.US_ASCII);
    }

    private static long contentLength(List<String> headers) throws IOException {
        String name = "content-length:";
        for (String header : headers) {
            if (header.startsWith(name)) {
                return Long.parseLong(header.substring(name.length()).strip());
            }
        }
        throw new IOException("a PUT without a length");
    }

    private void note(String key, String result) {
        noted(key).complete(result);
    }

    private String result(String key) throws IOException {
        try {
            return noted(key).get(RESULT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return "nothing noted within " + RESULT_SECONDS + " s";
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private CompletableFuture<String> noted(String key) {
        return results.computeIfAbsent(key, _ -> new CompletableFuture<>());
    }

    /// How the client ends the connection. A reset may get lost and is not repeated by itself, only in answer to
    /// something: so the server says now and then that it is still there.
    private static String endOf(Socket socket, InputStream in) {
        try {
            socket.setSoTimeout(ASK_AGAIN_MILLIS);
            while (true) {
                try {
                    return in.read() == -1 ? TransferMode.SAW_END : "DATA";
                } catch (SocketTimeoutException e) {
                    socket.getOutputStream().write(TransferMode.GOT_ALL);
                }
            }
        } catch (IOException e) {
            return "Connection reset".equals(e.getMessage()) ? TransferMode.SAW_RESET : String.valueOf(e.getMessage());
        }
    }

    /// Writes the first `length` bytes of the stream of `seed`.
    public static void send(OutputStream out, long seed, long length) throws IOException {
        byte[] chunk = new byte[SeededBytes.CHUNK_BYTES];
        for (long position = 0; position < length; position += chunk.length) {
            SeededBytes.fill(chunk, seed, position);
            out.write(chunk, 0, (int) Math.min(chunk.length, length - position));
        }
    }

    /// Reads exactly `length` bytes and gives their hash.
    static String receive(InputStream in, long length) throws IOException {
        MessageDigest digest = SeededBytes.newDigest();
        byte[] chunk = new byte[SeededBytes.CHUNK_BYTES];
        long left = length;
        while (left > 0) {
            int count = in.read(chunk, 0, (int) Math.min(chunk.length, left));
            if (count < 0) {
                throw new IOException("ended " + left + " bytes of " + length + " early");
            }
            digest.update(chunk, 0, count);
            left -= count;
        }
        return SeededBytes.hex(digest);
    }

    /// Reads until the end and gives the hash and the number of bytes.
    static String receiveAll(InputStream in) throws IOException {
        MessageDigest digest = SeededBytes.newDigest();
        byte[] chunk = new byte[SeededBytes.CHUNK_BYTES];
        long total = 0;
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            digest.update(chunk, 0, count);
            total += count;
        }
        return SeededBytes.hex(digest) + " " + total;
    }

    /// Ends a connection with a reset.
    public static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /// A line without its end, or null at the end of the stream.
    public static @Nullable String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0 || line.length() == LINE_LIMIT) {
                return null;
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
