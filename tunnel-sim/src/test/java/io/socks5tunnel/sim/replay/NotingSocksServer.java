// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A SOCKS5 server on the loopback address that connects to nobody: it notes what it is asked for, and sends
/// everything back itself. A stream is sent back when it has ended and all datagrams have come.
final class NotingSocksServer implements AutoCloseable {
    private static final int CONNECT = 1;
    private static final int UDP_ASSOCIATE = 3;
    private static final int IPV4 = 1;
    private static final int IPV6 = 4;
    private static final int PREFIX_BYTES = 3;
    private static final int PATIENCE_SECONDS = 20;

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<InetSocketAddress> connections = new CopyOnWriteArrayList<>();
    private final List<InetSocketAddress> datagrams = new CopyOnWriteArrayList<>();
    private final CountDownLatch expected;

    /// @param expectedDatagrams how many are waited for
    NotingSocksServer(int expectedDatagrams) throws IOException {
        expected = new CountDownLatch(expectedDatagrams);
        Thread.ofVirtual().start(this::acceptAll);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());
    }

    /// Where it was asked to connect to.
    List<InetSocketAddress> connections() {
        return connections;
    }

    /// Where datagrams were to go.
    List<InetSocketAddress> datagrams() {
        return datagrams;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                DatagramSocket relay = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            in.readByte();
            in.readNBytes(in.readUnsignedByte());
            out.write(new byte[] {5, 0});
            in.readByte();
            int command = in.readByte();
            in.readByte();
            InetSocketAddress wanted = address(in);
            byte[] relayPort = ByteBuffer.allocate(2)
                    .putShort((short) relay.getLocalPort())
                    .array();
            out.write(new byte[] {5, 0, 0, IPV4, 127, 0, 0, 1, relayPort[0], relayPort[1]});
            if (command == CONNECT) {
                connections.add(wanted);
                byte[] all = in.readAllBytes();
                expected.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                out.write(all);
            } else if (command == UDP_ASSOCIATE) {
                Thread.ofVirtual().start(() -> relay(relay));
                in.read();
            }
        } catch (IOException e) {
            // the client went away, as warm connections do
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void relay(DatagramSocket relay) {
        byte[] bytes = new byte[65_535];
        while (!relay.isClosed()) {
            DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
            try {
                relay.receive(packet);
                ByteBuffer header = ByteBuffer.wrap(bytes, PREFIX_BYTES, packet.getLength() - PREFIX_BYTES);
                byte[] raw = new byte[header.get() == IPV6 ? 16 : 4];
                header.get(raw);
                InetAddress address = InetAddress.getByAddress(raw);
                datagrams.add(new InetSocketAddress(address, Short.toUnsignedInt(header.getShort())));
                // the same header says whom the answer is from
                relay.send(packet);
                expected.countDown();
            } catch (IOException e) {
                return;
            }
        }
    }

    private static InetSocketAddress address(DataInputStream in) throws IOException {
        byte[] raw = in.readByte() == IPV6 ? in.readNBytes(16) : in.readNBytes(4);
        return new InetSocketAddress(InetAddress.getByAddress(raw), in.readUnsignedShort());
    }
}
