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
import java.util.List;

/// The destination of the datagram tests: sends every datagram back from the address and port that it came to; one
/// that begins with [#FROM_ELSEWHERE] it sends back from the last of its sockets of the same family.
///
/// Runs as a process of its own: `DatagramEcho FIRST_PORT PORTS ADDRESS...`, each port on each address, and prints
/// a line when it is ready.
public final class DatagramEcho {
    /// The first byte of a datagram that wants its answer from another address.
    public static final byte FROM_ELSEWHERE = '?';

    private static final int BUFFER_BYTES = 4 << 20;

    private DatagramEcho() {}

    /// Answers until the process is ended.
    public static void main(String[] arguments) throws IOException {
        int firstPort = Integer.parseInt(arguments[0]);
        int ports = Integer.parseInt(arguments[1]);
        Selector selector = Selector.open();
        List<DatagramChannel> sockets = new ArrayList<>();
        for (String address : List.of(arguments).subList(2, arguments.length)) {
            for (int port = firstPort; port < firstPort + ports; port++) {
                DatagramChannel socket = DatagramChannel.open();
                socket.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
                socket.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
                socket.bind(new InetSocketAddress(InetAddress.ofLiteral(address), port));
                socket.configureBlocking(false).register(selector, SelectionKey.OP_READ);
                sockets.add(socket);
            }
        }
        System.out.println("ready");
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
        while (true) {
            selector.select(key -> echo((DatagramChannel) key.channel(), sockets, buffer));
        }
    }

    private static void echo(DatagramChannel socket, List<DatagramChannel> sockets, ByteBuffer buffer) {
        try {
            InetSocketAddress source = (InetSocketAddress) socket.receive(buffer.clear());
            while (source != null) {
                buffer.flip();
                boolean isElsewhere = buffer.hasRemaining() && buffer.get(0) == FROM_ELSEWHERE;
                (isElsewhere ? lastOf(family(socket), sockets) : socket).send(buffer, source);
                source = (InetSocketAddress) socket.receive(buffer.clear());
            }
        } catch (IOException e) {
            // somebody has closed a port: its datagram is lost
            System.err.println(e);
        }
    }

    private static DatagramChannel lastOf(Class<?> family, List<DatagramChannel> sockets) throws IOException {
        for (DatagramChannel socket : sockets.reversed()) {
            if (family(socket) == family) {
                return socket;
            }
        }
        throw new IOException("no socket of that family");
    }

    private static Class<?> family(DatagramChannel socket) throws IOException {
        return ((InetSocketAddress) socket.getLocalAddress()).getAddress().getClass();
    }
}
