// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.datagram;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// An application that talks to a [DatagramEcho]. Runs as a process of its own and prints a line per result:
///
/// - `sizes ADDRESS PORT SIZE...`: one socket; for each size `SIZE ok`, or what happened instead. Further addresses
///   may follow the first after commas, and have their turn after it.
/// - `refused ADDRESS PORT SIZE`: one connected socket; what the kernel said of the datagram. Further addresses
///   likewise.
/// - `elsewhere ADDRESS PORT`: one unconnected socket; from where the answer came.
/// - `destinations FIRST_PORT PORTS ADDRESS...`: one unconnected socket, a datagram to each; how many were answered
///   by the one that was asked and with what it was sent.
/// - `fresh COUNT ADDRESS PORT`: as many sockets, one after the other; the median time to the answer, in us.
/// - `sources COUNT ADDRESS PORT TIMES`: as many connected sockets, 1000 in flight, each of which asks so often; how
/// many were answered every time, and how long it took in ms.
///
/// What is lost is sent again a few times, as applications do.
public final class DatagramClient {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int TRIES = 5;
    private static final int ANSWER_MILLIS = 2_000;
    private static final int IN_FLIGHT = 1_000;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);

    private DatagramClient() {}

    /// Runs one mode.
    public static void main(String[] arguments) throws IOException {
        DatagramClient client = new DatagramClient();
        List<String> rest = List.of(arguments).subList(1, arguments.length);
        switch (arguments[0]) {
            case "sizes" -> client.forEachAddress(rest, client::sizes);
            case "refused" -> client.forEachAddress(rest, client::refused);
            case "elsewhere" -> client.elsewhere(rest);
            case "destinations" -> client.destinations(rest);
            case "fresh" -> client.fresh(rest);
            case "sources" -> client.sources(rest);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    /// One way to talk to one address.
    private interface Mode {
        void run(List<String> arguments) throws IOException;
    }

    private void forEachAddress(List<String> arguments, Mode mode) throws IOException {
        for (String address : arguments.getFirst().split(",", -1)) {
            List<String> those = new ArrayList<>(arguments);
            those.set(0, address);
            mode.run(those);
        }
    }

    private void sizes(List<String> arguments) throws IOException {
        InetSocketAddress server = address(arguments.get(0), arguments.get(1));
        try (DatagramChannel socket = open();
                Selector selector = Selector.open()) {
            socket.register(selector, SelectionKey.OP_READ);
            for (String size : arguments.subList(2, arguments.size())) {
                System.out.println(size + " " + exchange(socket, server, selector, Integer.parseInt(size)));
            }
        }
    }

    /// A datagram longer than any before may have been the one that is answered late, so lengths are told apart.
    private String exchange(DatagramChannel socket, InetSocketAddress server, Selector selector, int size)
            throws IOException {
        byte[] payload = payload(size);
        String last = "nothing";
        for (int i = 0; i < TRIES; i++) {
            try {
                socket.send(ByteBuffer.wrap(payload), server);
                long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ANSWER_MILLIS);
                while (System.nanoTime() < end) {
                    selector.select(100);
                    selector.selectedKeys().clear();
                    while (socket.receive(buffer.clear()) != null) {
                        byte[] answer = new byte[buffer.flip().remaining()];
                        buffer.get(answer);
                        if (answer.length == size) {
                            return Arrays.equals(answer, payload) ? "ok" : "other bytes";
                        }
                        last = answer.length + " bytes";
                    }
                }
            } catch (IOException e) {
                last = e.getMessage();
            }
        }
        return last;
    }

    private void refused(List<String> arguments) throws IOException {
        try (DatagramChannel socket = open();
                Selector selector = Selector.open()) {
            socket.connect(address(arguments.get(0), arguments.get(1)));
            socket.register(selector, SelectionKey.OP_READ);
            for (int i = 0; i < TRIES; i++) {
                try {
                    socket.write(ByteBuffer.wrap(payload(Integer.parseInt(arguments.get(2)))));
                    selector.select(ANSWER_MILLIS);
                    selector.selectedKeys().clear();
                    System.out.println(socket.receive(buffer.clear()) == null ? "nothing" : "an answer");
                } catch (IOException e) {
                    System.out.println(e.getClass().getSimpleName() + " " + e.getMessage());
                    return;
                }
            }
        }
    }

    private void elsewhere(List<String> arguments) throws IOException {
        InetSocketAddress server = address(arguments.get(0), arguments.get(1));
        try (DatagramChannel socket = open();
                Selector selector = Selector.open()) {
            socket.register(selector, SelectionKey.OP_READ);
            for (int i = 0; i < TRIES; i++) {
                socket.send(ByteBuffer.wrap(new byte[] {DatagramEcho.FROM_ELSEWHERE, 1}), server);
                selector.select(ANSWER_MILLIS);
                selector.selectedKeys().clear();
                InetSocketAddress source = (InetSocketAddress) socket.receive(buffer.clear());
                if (source != null) {
                    System.out.println(source.getAddress().getHostAddress() + " " + source.getPort());
                    return;
                }
            }
            System.out.println("nothing");
        }
    }

    private void destinations(List<String> arguments) throws IOException {
        int firstPort = Integer.parseInt(arguments.get(0));
        int ports = Integer.parseInt(arguments.get(1));
        List<InetSocketAddress> open = new ArrayList<>();
        for (String address : arguments.subList(2, arguments.size())) {
            for (int port = firstPort; port < firstPort + ports; port++) {
                open.add(address(address, Integer.toString(port)));
            }
        }
        int asked = open.size();
        int wrong = 0;
        try (DatagramChannel socket = open();
                Selector selector = Selector.open()) {
            socket.register(selector, SelectionKey.OP_READ);
            for (int i = 0; i < TRIES && !open.isEmpty(); i++) {
                for (InetSocketAddress one : open) {
                    socket.send(ByteBuffer.wrap(one.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8)), one);
                }
                while (!open.isEmpty() && selector.select(ANSWER_MILLIS) > 0) {
                    selector.selectedKeys().clear();
                    InetSocketAddress source = (InetSocketAddress) socket.receive(buffer.clear());
                    while (source != null) {
                        String text = java.nio.charset.StandardCharsets.UTF_8
                                .decode(buffer.flip())
                                .toString();
                        if (!text.equals(source.toString())) {
                            wrong++;
                        }
                        open.remove(source);
                        source = (InetSocketAddress) socket.receive(buffer.clear());
                    }
                }
            }
        }
        System.out.println(asked - open.size() + " answered " + wrong + " wrong");
    }

    private void fresh(List<String> arguments) throws IOException {
        InetSocketAddress server = address(arguments.get(1), arguments.get(2));
        long[] nanos = new long[Integer.parseInt(arguments.get(0))];
        for (int i = 0; i < nanos.length; i++) {
            try (DatagramChannel socket = open();
                    Selector selector = Selector.open()) {
                socket.register(selector, SelectionKey.OP_READ);
                long start = System.nanoTime();
                socket.send(ByteBuffer.wrap(payload(40)), server);
                boolean isAnswered = selector.select(ANSWER_MILLIS) > 0;
                nanos[i] = isAnswered ? System.nanoTime() - start : Long.MAX_VALUE;
            }
        }
        Arrays.sort(nanos);
        System.out.println(TimeUnit.NANOSECONDS.toMicros(nanos[nanos.length / 2]));
    }

    private void sources(List<String> arguments) throws IOException {
        int count = Integer.parseInt(arguments.get(0));
        InetSocketAddress server = address(arguments.get(1), arguments.get(2));
        int times = Integer.parseInt(arguments.get(3));
        long start = System.nanoTime();
        int answered = 0;
        try (Selector selector = Selector.open()) {
            for (int from = 0; from < count; from += IN_FLIGHT) {
                List<DatagramChannel> group = group(selector, server, from, Math.min(count, from + IN_FLIGHT));
                for (int i = 0; i < times; i++) {
                    group.removeAll(unanswered(selector, group, i * count));
                }
                answered += group.size();
            }
            System.out.println(
                    answered + " answered in " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms");
        }
    }

    /// The sockets stay open, so that all sources live at the end.
    private static List<DatagramChannel> group(Selector selector, InetSocketAddress server, int from, int to)
            throws IOException {
        List<DatagramChannel> group = new ArrayList<>();
        for (int i = from; i < to; i++) {
            DatagramChannel socket = DatagramChannel.open().connect(server);
            socket.configureBlocking(false).register(selector, SelectionKey.OP_READ, i);
            group.add(socket);
        }
        return group;
    }

    /// Those who get no answer to a question of their own. A late answer to an earlier one does not count: the first
    /// question of each time is another.
    private Set<DatagramChannel> unanswered(Selector selector, List<DatagramChannel> group, int firstQuestion)
            throws IOException {
        Set<DatagramChannel> open = new LinkedHashSet<>(group);
        for (int i = 0; i < TRIES && !open.isEmpty(); i++) {
            for (DatagramChannel socket : open) {
                int question = firstQuestion + (int) socket.keyFor(selector).attachment();
                socket.write(ByteBuffer.allocate(4).putInt(0, question));
            }
            while (!open.isEmpty() && selector.select(ANSWER_MILLIS) > 0) {
                for (SelectionKey key : selector.selectedKeys()) {
                    DatagramChannel socket = (DatagramChannel) key.channel();
                    int question = firstQuestion + (int) key.attachment();
                    boolean isRight = socket.read(buffer.clear()) == 4 && buffer.getInt(0) == question;
                    if (isRight) {
                        open.remove(socket);
                    }
                }
                selector.selectedKeys().clear();
            }
        }
        return open;
    }

    private static DatagramChannel open() throws IOException {
        DatagramChannel socket = DatagramChannel.open();
        socket.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
        socket.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
        socket.configureBlocking(false);
        return socket;
    }

    private static InetSocketAddress address(String address, String port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), Integer.parseInt(port));
    }

    private static byte[] payload(int size) {
        byte[] payload = new byte[size];
        for (int i = 0; i < size; i++) {
            payload[i] = (byte) (i * 31 + (i >>> 8) + 1);
        }
        return payload;
    }
}
