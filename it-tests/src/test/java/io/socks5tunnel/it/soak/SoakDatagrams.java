// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.soak;

import io.socks5tunnel.it.transfer.SeededBytes;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// The datagrams of a soak: DNS queries, and packets of QUIC's size in bursts, each of which is sent until it is
/// acknowledged, as QUIC would.
///
/// @param random decides on names and lengths
record SoakDatagrams(RandomGenerator random) {
    private static final int DNS_TRIES = 6;
    private static final int DNS_MILLIS = 2_000;
    private static final int TYPE_A = 1;
    private static final int DATAGRAM_BYTES = 1_200;
    private static final int BURST = 10;
    private static final int FEWEST_BURSTS = 20;
    private static final int ECHO_MILLIS = 300;
    private static final int BURST_PAUSE_MILLIS = 40;
    private static final int FRUITLESS_BURSTS = 100;
    private static final int FIRST = 'q';

    /// Asks for the IPv4 address of a name.
    InetAddress lookUp(InetSocketAddress server, String name) throws IOException {
        byte[] query = query(name);
        DatagramPacket answer = new DatagramPacket(new byte[512], 512);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(DNS_MILLIS);
            for (int i = 0; i < DNS_TRIES; i++) {
                try {
                    socket.send(new DatagramPacket(query, query.length, server));
                    socket.receive(answer);
                    return address(query, Arrays.copyOf(answer.getData(), answer.getLength()));
                } catch (SocketTimeoutException _) {
                    // lost, or taken by a fault: it is sent again
                }
            }
        }
        throw new IOException("no answer to " + DNS_TRIES + " queries");
    }

    private byte[] query(String name) {
        ByteBuffer query = ByteBuffer.allocate(512);
        query.putShort((short) random.nextInt()).putShort((short) 0x0100).putShort((short) 1);
        query.position(12);
        for (String label : name.split("\\.", -1)) {
            query.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
        }
        query.put((byte) 0).putShort((short) TYPE_A).putShort((short) 1);
        return Arrays.copyOf(query.array(), query.position());
    }

    /// The last record's address; the question must be the one that was asked.
    private static InetAddress address(byte[] query, byte[] answer) throws IOException {
        boolean isAnswer = answer.length > query.length
                && answer[0] == query[0]
                && answer[1] == query[1]
                && Arrays.equals(answer, 12, query.length, query, 12, query.length);
        if (!isAnswer) {
            throw new WrongBytesException("an answer to another query");
        }
        // behind the question: a pointer to the name, type, class, time to live, length
        return InetAddress.getByAddress(Arrays.copyOfRange(answer, query.length + 12, query.length + 16));
    }

    /// Asks a resolver behind the tunnel, whose answer is always the same.
    long ask(InetSocketAddress server, String expected) throws IOException {
        InetAddress address = lookUp(server, "host" + random.nextInt(10_000) + ".soak.example");
        if (!address.getHostAddress().equals(expected)) {
            throw new WrongBytesException("the resolver's answer was " + address.getHostAddress());
        }
        return 0;
    }

    /// A few seconds of bursts to an echo, from one socket.
    long burst(InetSocketAddress echo) throws IOException, InterruptedException {
        TreeMap<Long, byte[]> open = new TreeMap<>();
        long seed = random.nextLong();
        int total = BURST * (FEWEST_BURSTS + random.nextInt(FEWEST_BURSTS));
        long next = 0;
        int fruitless = 0;
        try (DatagramSocket socket = new DatagramSocket()) {
            while (next < total || !open.isEmpty()) {
                for (; open.size() < BURST && next < total; next++) {
                    open.put(next, datagram(seed, next));
                }
                for (byte[] datagram : open.values()) {
                    socket.send(new DatagramPacket(datagram, datagram.length, echo));
                }
                fruitless = takeEchoes(socket, seed, open) ? 0 : fruitless + 1;
                if (fruitless == FRUITLESS_BURSTS) {
                    throw new IOException("no echo of " + fruitless + " bursts");
                }
                Thread.sleep(BURST_PAUSE_MILLIS);
            }
        }
        return 2L * total * DATAGRAM_BYTES;
    }

    /// @return whether there was one
    private static boolean takeEchoes(DatagramSocket socket, long seed, TreeMap<Long, byte[]> open) throws IOException {
        DatagramPacket echo = new DatagramPacket(new byte[DATAGRAM_BYTES + 1], DATAGRAM_BYTES + 1);
        boolean isAny = false;
        socket.setSoTimeout(ECHO_MILLIS);
        try {
            while (!open.isEmpty()) {
                echo.setLength(DATAGRAM_BYTES + 1);
                socket.receive(echo);
                byte[] bytes = Arrays.copyOf(echo.getData(), echo.getLength());
                long number = bytes.length < 9 ? -1 : ByteBuffer.wrap(bytes).getLong(1);
                if (!Arrays.equals(bytes, datagram(seed, number))) {
                    throw new WrongBytesException("a datagram of " + bytes.length + " bytes that was not sent");
                }
                open.remove(number);
                isAny = true;
            }
        } catch (SocketTimeoutException _) {
            // the rest was lost, and is sent again
        }
        return isAny;
    }

    /// Begins with a byte that the echo does not take for a wish, and its number.
    private static byte[] datagram(long seed, long number) {
        byte[] bytes = new byte[DATAGRAM_BYTES];
        SeededBytes.fill(bytes, seed, number * DATAGRAM_BYTES);
        ByteBuffer.wrap(bytes).put((byte) FIRST).putLong(number);
        return bytes;
    }
}
