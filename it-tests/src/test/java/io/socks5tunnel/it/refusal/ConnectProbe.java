// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.refusal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// A client that connects and says what it saw, with the name of the error and the time: an [ConnectOutcome] for
/// each connection.
///
/// Runs as a process of its own: `ConnectProbe MODE READ_MILLIS PROXY CONTROL_PORT DESTINATIONS PORT SCRIPTS`, the
/// last but one and the one before it with commas between. MODE is
///
/// - `serially`: each script with each destination, one connection after the other is over;
/// - `together:N`: the same with N connections at once, and a line `PEAK n` with how many the proxy saw at a time;
/// - `holding:N`: the same, but N are opened before the first is read from.
///
/// A connection that was made is read from for up to READ_MILLIS. PROXY `-` means that no proxy is to be told.
public final class ConnectProbe {
    private static final int CONNECT_MILLIS = 20_000;

    private final int readMillis;
    private final int port;

    private ConnectProbe(int readMillis, int port) {
        this.readMillis = readMillis;
        this.port = port;
    }

    /// Runs the mode and ends.
    public static void main(String[] arguments) throws Exception {
        String[] mode = arguments[0].split(":", -1);
        var probe = new ConnectProbe(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[5]));
        try (var control = ProxyControl.connect(arguments[2], Integer.parseInt(arguments[3]))) {
            for (String script : arguments[6].split(",", -1)) {
                for (String destination : arguments[4].split(",", -1)) {
                    if (!script.equals("-")) {
                        control.deal(ProxyScript.valueOf(script).text());
                    }
                    switch (mode[0]) {
                        case "serially" -> print(probe.open(script, destination).finish());
                        case "together" -> {
                            probe.together(Integer.parseInt(mode[1]), script, destination);
                            System.out.println("PEAK " + control.peak());
                        }
                        case "holding" -> probe.hold(Integer.parseInt(mode[1]), script, destination);
                        default -> throw new IllegalArgumentException(mode[0]);
                    }
                }
            }
        }
    }

    private void together(int count, String script, String destination)
            throws InterruptedException, ExecutionException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ConnectOutcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                outcomes.add(threads.submit(() -> open(script, destination).finish()));
            }
            for (Future<ConnectOutcome> outcome : outcomes) {
                print(outcome.get());
            }
        }
    }

    private void hold(int count, String script, String destination) {
        List<Attempt> attempts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            attempts.add(open(script, destination));
        }
        for (Attempt attempt : attempts) {
            print(attempt.finish());
        }
    }

    private static void print(ConnectOutcome outcome) {
        System.out.println(outcome.line());
    }

    private Attempt open(String script, String destination) {
        var socket = new Socket();
        long start = System.nanoTime();
        String connect = "OK";
        try {
            socket.connect(new InetSocketAddress(destination, port), CONNECT_MILLIS);
        } catch (IOException e) {
            connect = error(e);
        }
        return new Attempt(script, destination, socket, connect, millisSince(start));
    }

    private static double millisSince(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e6;
    }

    /// The name of the error number behind the words of the C library; `NO_ANSWER` if it was the caller's patience.
    public static String error(IOException e) {
        if (e instanceof SocketTimeoutException) {
            return "NO_ANSWER";
        }
        return switch (String.valueOf(e.getMessage())) {
            case "Connection refused" -> "ECONNREFUSED";
            case "Network is unreachable" -> "ENETUNREACH";
            case "No route to host", "Host is unreachable" -> "EHOSTUNREACH";
            case "Permission denied" -> "EACCES";
            case "Connection reset", "Connection reset by peer" -> "ECONNRESET";
            case "Connection timed out" -> "ETIMEDOUT";
            default -> e.getMessage().replace(' ', '_');
        };
    }

    private final class Attempt {
        private final String script;
        private final String destination;
        private final Socket socket;
        private final String connect;
        private final double connectMillis;

        Attempt(String script, String destination, Socket socket, String connect, double connectMillis) {
            this.script = script;
            this.destination = destination;
            this.socket = socket;
            this.connect = connect;
            this.connectMillis = connectMillis;
        }

        ConnectOutcome finish() {
            long start = System.nanoTime();
            String read = "-";
            try (socket) {
                if (connect.equals("OK")) {
                    socket.setSoTimeout(readMillis);
                    read = socket.getInputStream().read() < 0 ? "END" : "BYTE";
                }
            } catch (SocketTimeoutException e) {
                read = "OPEN";
            } catch (IOException e) {
                read = error(e);
            }
            return new ConnectOutcome(script, destination, connect, connectMillis, read, millisSince(start));
        }
    }
}
