// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.names;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;

/// A DNS server that answers every A query with an address that says how it was asked: [#BY_UDP] or [#BY_TCP].
/// Arguments: address and port. Runs until it is killed.
public final class LabResolver {
    /// The answer to a query that came by UDP.
    public static final String BY_UDP = "192.0.2.17";

    /// The answer to a query that came by TCP.
    static final String BY_TCP = "192.0.2.6";

    private static final int HEADER_BYTES = 12;
    private static final int QUESTION_FIXED_BYTES = 4;

    private LabResolver() {}

    static void main(String[] arguments) throws IOException {
        InetAddress address = InetAddress.ofLiteral(arguments[0]);
        int port = Integer.parseInt(arguments[1]);
        ServerSocket connections = new ServerSocket(port, 50, address);
        Thread.ofPlatform().start(() -> serve(connections));
        try (DatagramSocket datagrams = new DatagramSocket(port, address)) {
            DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
            while (true) {
                packet.setLength(4096);
                datagrams.receive(packet);
                byte[] answer = answer(packet.getData(), packet.getLength(), BY_UDP);
                datagrams.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        }
    }

    private static void serve(ServerSocket connections) {
        while (true) {
            try {
                Socket connection = connections.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    private static void serve(Socket connection) {
        try (connection) {
            DataInputStream in = new DataInputStream(connection.getInputStream());
            DataOutputStream out = new DataOutputStream(connection.getOutputStream());
            while (true) {
                byte[] query = new byte[in.readUnsignedShort()];
                in.readFully(query);
                byte[] answer = answer(query, query.length, BY_TCP);
                ByteBuffer framed = ByteBuffer.allocate(2 + answer.length);
                out.write(framed.putShort((short) answer.length).put(answer).array());
            }
        } catch (EOFException _) {
            // the client has asked all it wanted
        } catch (IOException e) {
            System.err.println(e);
        }
    }

    private static byte[] answer(byte[] query, int length, String address) {
        int end = HEADER_BYTES;
        while (query[end] != 0) {
            end += 1 + query[end];
        }
        end += 1 + QUESTION_FIXED_BYTES;
        boolean isAddress = query[end - 3] == 1;
        ByteBuffer answer = ByteBuffer.allocate(length + 16).put(query, 0, end);
        answer.putShort(2, (short) 0x8180);
        answer.putShort(6, (short) (isAddress ? 1 : 0)).putInt(8, 0);
        if (isAddress) {
            answer.putShort((short) 0xc00c)
                    .putShort((short) 1)
                    .putShort((short) 1)
                    .putInt(60);
            answer.putShort((short) 4).put(InetAddress.ofLiteral(address).getAddress());
        }
        byte[] bytes = new byte[answer.position()];
        answer.get(0, bytes);
        return bytes;
    }
}
