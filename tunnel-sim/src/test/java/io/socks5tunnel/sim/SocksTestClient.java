// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A SOCKS5 client of plain `java.net` sockets, written out byte by byte so that it shares nothing with the server.
final class SocksTestClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;

    final Socket socket;
    final DataInputStream in;
    final OutputStream out;

    SocksTestClient(InetSocketAddress server) throws IOException {
        socket = new Socket(server.getAddress(), server.getPort());
        socket.setSoTimeout(TIMEOUT_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    static SocksTestClient connected(InetSocketAddress server, InetSocketAddress destination) throws IOException {
        SocksTestClient client = new SocksTestClient(server);
        client.greet();
        client.send(request(1, destination));
        byte[] reply = client.readReply();
        if (reply[1] != 0) {
            client.close();
            throw new IOException("REP " + reply[1]);
        }
        return client;
    }

    void greet() throws IOException {
        send(5, 1, 0);
        byte[] answer = in.readNBytes(2);
        if (answer.length != 2 || answer[1] != 0) {
            throw new IOException("greeting refused");
        }
    }

    void send(int... octets) throws IOException {
        out.write(octets(octets));
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    byte[] readReply() throws IOException {
        byte[] head = in.readNBytes(4);
        if (head.length < 4) {
            return head;
        }
        int rest = head[3] == 4 ? 18 : 6;
        return concat(head, in.readNBytes(rest));
    }

    static byte[] request(int command, InetSocketAddress destination) {
        return concat(octets(5, command, 0), address(destination));
    }

    static byte[] requestByName(String name, int port) {
        return concat(
                octets(5, 1, 0, 3, name.length()),
                name.getBytes(StandardCharsets.US_ASCII),
                octets(port >> 8, port & 0xff));
    }

    static byte[] address(InetSocketAddress address) {
        byte[] raw = address.getAddress().getAddress();
        return concat(octets(raw.length == 4 ? 1 : 4), raw, octets(address.getPort() >> 8, address.getPort() & 0xff));
    }

    static InetSocketAddress boundAddress(byte[] reply) throws IOException {
        int length = reply[3] == 4 ? 16 : 4;
        byte[] raw = new byte[length];
        System.arraycopy(reply, 4, raw, 0, length);
        int port = Short.toUnsignedInt(ByteBuffer.wrap(reply).getShort(4 + length));
        return new InetSocketAddress(InetAddress.getByAddress(raw), port);
    }

    static byte[] octets(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    static byte[] concat(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
