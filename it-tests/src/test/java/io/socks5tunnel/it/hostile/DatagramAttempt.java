// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.hostile;

import io.socks5tunnel.it.transfer.SeededBytes;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// One source of datagrams, which wants the same datagram back.
///
/// What it saw is `ANSWERED`; `TWICE` if something else came as well, `ALTERED` if only that came; `NOTHING`;
/// `ECONNREFUSED` where its kernel was told that the port is unreachable; or `UNREACHABLE` where all sources
/// together were told so by ICMP that the kernel keeps from them.
final class DatagramAttempt {
    private static final int BYTES = 200;
    private static final int FIRST_PORT = 10_000;
    private static final int PORTS = 20_000;
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final int TURN_MILLIS = 20;
    private static final int LATE_MILLIS = 40;

    private final InetSocketAddress destination;
    private final int tries;
    private final int waitMillis;
    private final UnreachableCount errors;
    private long startNanos;

    /// @param tries how often it is sent
    /// @param waitMillis how long to wait after each
    DatagramAttempt(InetSocketAddress destination, int tries, int waitMillis, UnreachableCount errors) {
        this.destination = destination;
        this.tries = tries;
        this.waitMillis = waitMillis;
        this.errors = errors;
    }

    String run() throws IOException {
        startNanos = System.nanoTime();
        try (DatagramSocket socket = new DatagramSocket(nextPort())) {
            socket.connect(destination);
            byte[] payload = new byte[BYTES];
            SeededBytes.fill(payload, socket.getLocalPort(), 0);
            for (int i = 0; i < tries; i++) {
                socket.send(new DatagramPacket(payload, payload.length));
                String seen = await(socket, payload);
                if (!seen.isEmpty()) {
                    return receive(socket, LATE_MILLIS) == null ? seen : Seen.line("TWICE", startNanos);
                }
            }
            return Seen.line("NOTHING", startNanos);
        } catch (PortUnreachableException _) {
            return Seen.line("ECONNREFUSED", startNanos);
        }
    }

    /// One that no session of the tunnel knows: the kernel might give one again that was just closed.
    private static int nextPort() {
        return FIRST_PORT + COUNT.getAndIncrement() % PORTS;
    }

    /// @return empty if there was nothing
    private String await(DatagramSocket socket, byte[] payload) throws IOException {
        long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
        while (System.nanoTime() < endNanos) {
            byte[] answer = receive(socket, TURN_MILLIS);
            if (answer != null) {
                return Seen.line(Arrays.equals(answer, payload) ? "ANSWERED" : "ALTERED", startNanos);
            }
            if (errors.isComplete()) {
                return Seen.line("UNREACHABLE", startNanos);
            }
        }
        return "";
    }

    private static byte @org.jspecify.annotations.Nullable [] receive(DatagramSocket socket, int millis)
            throws IOException {
        socket.setSoTimeout(millis);
        DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
        try {
            socket.receive(packet);
            return Arrays.copyOf(packet.getData(), packet.getLength());
        } catch (SocketTimeoutException _) {
            return null;
        }
    }
}
