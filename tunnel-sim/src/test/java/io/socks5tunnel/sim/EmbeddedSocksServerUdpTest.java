// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EmbeddedSocksServerUdpTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private EmbeddedSocksServer server;

    private DatagramSocket echo;

    @BeforeEach
    void start() throws IOException {
        server = EmbeddedSocksServer.start(SocksServerOptions.onLoopback().withThreads(2));
        echo = new DatagramSocket(0, LOOPBACK);
        Thread.ofVirtual().start(() -> echoDatagrams(echo));
    }

    private static void echoDatagrams(DatagramSocket socket) {
        byte[] buffer = new byte[65_535];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                socket.send(packet);
            }
        } catch (IOException e) {
            // the test is over
            return;
        }
    }

    @AfterEach
    void stop() {
        echo.close();
        server.close();
    }

    private InetSocketAddress echoAddress() {
        return (InetSocketAddress) echo.getLocalSocketAddress();
    }

    @Test
    void anAssociationEchoesDatagramsOfAllSizes() throws Exception {
        try (SocksTestClient client = new SocksTestClient(server.address());
                DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
            socket.setSoTimeout(20_000);
            InetSocketAddress relay = associate(client);
            byte[] header = SocksTestClient.concat(new byte[3], SocksTestClient.address(echoAddress()));
            for (int size : new int[] {0, 1, 1472, 9000, 65_497}) {
                byte[] datagram = SocksTestClient.concat(header, content(size, size));
                socket.send(new DatagramPacket(datagram, datagram.length, relay));

                DatagramPacket answer = new DatagramPacket(new byte[65_535], 65_535);
                socket.receive(answer);
                assertThat(Arrays.copyOf(answer.getData(), answer.getLength())).isEqualTo(datagram);
            }
        }
    }

    @Test
    void fragmentsAreDropped() throws Exception {
        try (SocksTestClient client = new SocksTestClient(server.address());
                DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
            socket.setSoTimeout(20_000);
            InetSocketAddress relay = associate(client);
            byte[] whole = SocksTestClient.concat(
                    new byte[3], SocksTestClient.address(echoAddress()), SocksTestClient.octets(9));
            byte[] fragment = whole.clone();
            fragment[2] = 1;
            fragment[fragment.length - 1] = 8;
            socket.send(new DatagramPacket(fragment, fragment.length, relay));
            socket.send(new DatagramPacket(whole, whole.length, relay));

            DatagramPacket answer = new DatagramPacket(new byte[100], 100);
            socket.receive(answer);
            assertThat(answer.getData()[answer.getLength() - 1]).isEqualTo((byte) 9);
        }
    }

    @Test
    void theAssociationEndsWithItsConnection() throws Exception {
        try (SocksTestClient client = new SocksTestClient(server.address())) {
            associate(client);
        }
        while (server.liveConnections() > 0) {
            Thread.onSpinWait();
        }
        assertThat(server.acceptedConnections()).isEqualTo(1);
    }

    @Test
    void udpInTcpEchoesDatagrams() throws Exception {
        try (SocksTestClient client = new SocksTestClient(server.address())) {
            client.greet();
            client.send(SocksTestClient.request(5, new InetSocketAddress("0.0.0.0", 0)));
            assertThat(client.readReply()[1]).isZero();
            for (int size : new int[] {0, 10, 1490, 65_507}) {
                byte[] frame = frame(size);
                client.send(frame);
                assertThat(client.in.readNBytes(frame.length)).isEqualTo(frame);
            }
        }
    }

    @Test
    void udpInTcpTakesFramesInPieces() throws Exception {
        try (SocksTestClient client = new SocksTestClient(server.address())) {
            client.greet();
            client.send(SocksTestClient.request(5, new InetSocketAddress("0.0.0.0", 0)));
            assertThat(client.readReply()[1]).isZero();
            byte[] frame = SocksTestClient.concat(frame(65_507), frame(3));
            for (int from = 0; from < frame.length; from += 10_000) {
                client.send(Arrays.copyOfRange(frame, from, Math.min(frame.length, from + 10_000)));
            }
            assertThat(client.in.readNBytes(frame.length)).isEqualTo(frame);
        }
    }

    @Test
    void answersByUdpInTcpThatAreReadLateAreWhole() throws Exception {
        try (SocksTestClient client = new SocksTestClient(server.address())) {
            client.greet();
            client.send(SocksTestClient.request(5, new InetSocketAddress("0.0.0.0", 0)));
            assertThat(client.readReply()[1]).isZero();
            byte[] frame = frame(60_000);
            for (int i = 0; i < 200; i++) {
                client.send(frame);
            }
            // some may be lost on their way to the echo, and when the answers have no room
            for (int i = 0; i < 4; i++) {
                assertThat(client.in.readNBytes(frame.length)).isEqualTo(frame);
            }
        }
    }

    @Test
    void anImpossibleHeaderInUdpInTcpCutsTheConnection() throws Exception {
        try (SocksTestClient client = new SocksTestClient(server.address())) {
            client.greet();
            client.send(SocksTestClient.request(5, new InetSocketAddress("0.0.0.0", 0)));
            assertThat(client.readReply()[1]).isZero();
            client.send(0, 1, 4, 1);
            assertThatThrownBy(() -> client.in.read()).isInstanceOf(SocketException.class);
        }
    }

    private InetSocketAddress associate(SocksTestClient client) throws IOException {
        client.greet();
        client.send(SocksTestClient.request(3, new InetSocketAddress("0.0.0.0", 0)));
        byte[] reply = client.readReply();
        assertThat(reply[1]).isZero();
        return SocksTestClient.boundAddress(reply);
    }

    private byte[] frame(int size) {
        return SocksTestClient.concat(
                SocksTestClient.octets(size >> 8, size & 0xff, 10),
                SocksTestClient.address(echoAddress()),
                content(size, size));
    }

    private static byte[] content(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
