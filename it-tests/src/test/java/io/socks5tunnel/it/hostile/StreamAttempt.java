// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.hostile;

import io.socks5tunnel.it.refusal.ConnectProbe;
import io.socks5tunnel.it.refusal.ScriptedProxy;
import io.socks5tunnel.it.transfer.SeededBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.HexFormat;

/// One connection of a client: connects, sends, and reads until something ends it.
///
/// What it saw is the error of the connect; or what it read and how it ended, as in `ECHO,END`,
/// `NOTHING,ECONNRESET` and `68656c6c6f,OPEN`. Bytes that were to be read are `ECHO` if they are those that were
/// sent, `GARBAGE` if they are those of [ScriptedProxy#garbage] from the first one on, and otherwise stand there in
/// hexadecimal. The stream is ended by the client itself when everything has come back, or when it has had enough
/// of the garbage.
final class StreamAttempt {
    private static final int CONNECT_MILLIS = 30_000;
    private static final int ENOUGH_BYTES = 1 << 20;
    private static final int MOST_SHOWN_BYTES = 16;
    private static final long SEED = 11;

    private final InetSocketAddress destination;
    private final byte[] sent;
    private final int readMillis;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private long startNanos;

    /// How sending failed. The kernel tells the end of a connection to one call only, which may be this one.
    private volatile String sendError = "";

    /// @param sent what is sent
    /// @param readMillis how long to wait for more
    StreamAttempt(InetSocketAddress destination, byte[] sent, int readMillis) {
        this.destination = destination;
        this.sent = sent;
        this.readMillis = readMillis;
    }

    /// Something to send.
    static byte[] payload(int bytes) {
        byte[] whole = new byte[bytes + Long.BYTES - 1 & -Long.BYTES];
        SeededBytes.fill(whole, SEED, 0);
        return Arrays.copyOf(whole, bytes);
    }

    String run() {
        startNanos = System.nanoTime();
        try (Socket socket = new Socket()) {
            try {
                socket.connect(destination, CONNECT_MILLIS);
            } catch (IOException e) {
                return seen(ConnectProbe.error(e));
            }
            String end = exchange(socket);
            return seen(contents() + "," + end);
        } catch (IOException e) {
            return seen(ConnectProbe.error(e));
        }
    }

    private String exchange(Socket socket) {
        try {
            socket.setSoTimeout(readMillis);
            Thread sender = Thread.ofVirtual().start(() -> send(socket));
            String end = read(socket);
            if (end.equals("END")) {
                sender.join(readMillis);
            }
            return end.equals("END") && received.size() == 0 && !sendError.isEmpty() ? sendError : end;
        } catch (IOException e) {
            return e instanceof SocketTimeoutException ? "OPEN" : ConnectProbe.error(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "INTERRUPTED";
        }
    }

    private void send(Socket socket) {
        try {
            socket.getOutputStream().write(sent);
        } catch (IOException e) {
            sendError = ConnectProbe.error(e);
        }
    }

    private String read(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] chunk = new byte[SeededBytes.CHUNK_BYTES];
        boolean isEnded = false;
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            received.write(chunk, 0, read);
            if (received.size() >= ENOUGH_BYTES) {
                return "ENOUGH";
            }
            if (!isEnded && mayBeComplete() && endsWithSent(received.toByteArray())) {
                socket.shutdownOutput();
                isEnded = true;
            }
        }
        return "END";
    }

    private boolean mayBeComplete() {
        return sent.length > 0 && received.size() >= sent.length;
    }

    private boolean endsWithSent(byte[] bytes) {
        int before = bytes.length - sent.length;
        return before >= 0 && Arrays.equals(bytes, before, bytes.length, sent, 0, sent.length);
    }

    private String contents() {
        byte[] bytes = received.toByteArray();
        if (bytes.length == 0) {
            return "NOTHING";
        }
        if (mayBeComplete() && endsWithSent(bytes)) {
            int before = bytes.length - sent.length;
            return before == 0 ? "ECHO" : hex(Arrays.copyOf(bytes, before)) + "+ECHO";
        }
        return hex(bytes);
    }

    private static String hex(byte[] bytes) {
        byte[] garbage = new byte[bytes.length + Long.BYTES - 1 & -Long.BYTES];
        ScriptedProxy.garbage(garbage, 0);
        if (bytes.length > MOST_SHOWN_BYTES && Arrays.equals(bytes, 0, bytes.length, garbage, 0, bytes.length)) {
            return "GARBAGE";
        }
        String all = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, MOST_SHOWN_BYTES));
        return bytes.length <= MOST_SHOWN_BYTES ? all : all + "-and-" + bytes.length + "-bytes-in-all";
    }

    private String seen(String what) {
        return Seen.line(what, startNanos);
    }
}
