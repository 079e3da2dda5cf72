// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EmbeddedSocksServerTest {
    private static final long SEED = 20260301;
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private EmbeddedSocksServer server;
    private ServerSocket destination;

    @BeforeEach
    void start() throws IOException {
        server = EmbeddedSocksServer.start(SocksServerOptions.onLoopback().withThreads(2));
        destination = new ServerSocket(0, 1024, LOOPBACK);
    }

    @AfterEach
    void stop() throws IOException {
        destination.close();
        server.close();
    }

    private InetSocketAddress destinationAddress() {
        return (InetSocketAddress) destination.getLocalSocketAddress();
    }

    private SocksTestClient connected() throws IOException {
        return SocksTestClient.connected(server.address(), destinationAddress());
    }

    private static byte[] content(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private void echoForEver() {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket socket = destination.accept();
                    Thread.ofVirtual().start(() -> echo(socket));
                }
            } catch (IOException e) {
                // the test is over
                return;
            }
        });
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            // the client sees it too
            return;
        }
    }

    @Nested
    class ForConnect {
        @Test
        void bytesPassBothWays() throws Exception {
            try (SocksTestClient client = connected();
                    Socket accepted = destination.accept()) {
                client.send(1, 2, 3);
                assertThat(accepted.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);

                accepted.getOutputStream().write(new byte[] {4, 5});
                assertThat(client.in.readNBytes(2)).containsExactly(4, 5);
            }
        }

        @Test
        void theReplyNamesTheSocketThatTheDestinationSees() throws Exception {
            try (SocksTestClient client = new SocksTestClient(server.address())) {
                client.greet();
                client.send(SocksTestClient.request(1, destinationAddress()));
                byte[] reply = client.readReply();
                try (Socket accepted = destination.accept()) {
                    assertThat(SocksTestClient.boundAddress(reply)).isEqualTo(accepted.getRemoteSocketAddress());
                }
            }
        }

        @Test
        void anIpv6DestinationIsReached() throws Exception {
            try (ServerSocket sixth = new ServerSocket(0, 10, InetAddress.ofLiteral("::1"));
                    SocksTestClient client = SocksTestClient.connected(
                            server.address(), (InetSocketAddress) sixth.getLocalSocketAddress());
                    Socket accepted = sixth.accept()) {
                client.send(7);
                assertThat(accepted.getInputStream().read()).isEqualTo(7);
            }
        }

        @Test
        void aNameIsLookedUp() throws Exception {
            try (SocksTestClient client = new SocksTestClient(server.address())) {
                client.greet();
                client.send(SocksTestClient.requestByName("localhost", destination.getLocalPort()));
                assertThat(client.readReply()[1]).isZero();
            }
        }

        @Test
        void everythingSentAtOnceIsUnderstood() throws Exception {
            try (SocksTestClient client = new SocksTestClient(server.address())) {
                client.send(SocksTestClient.concat(
                        SocksTestClient.octets(5, 1, 0),
                        SocksTestClient.request(1, destinationAddress()),
                        SocksTestClient.octets(42, 43)));
                client.socket.shutdownOutput();
                try (Socket accepted = destination.accept()) {
                    assertThat(accepted.getInputStream().readAllBytes()).containsExactly(42, 43);
                }
            }
        }

        @Test
        void everythingSentByteByByteIsUnderstood() throws Exception {
            try (SocksTestClient client = new SocksTestClient(server.address())) {
                client.socket.setTcpNoDelay(true);
                byte[] all = SocksTestClient.concat(
                        SocksTestClient.octets(5, 2, 1, 0), SocksTestClient.request(1, destinationAddress()));
                for (byte octet : all) {
                    client.send(octet);
                }
                assertThat(client.in.readNBytes(2)).containsExactly(5, 0);
                assertThat(client.readReply()[1]).isZero();
            }
        }

        @Test
        void aThousandConnectionsAtOnceEchoTheirOwnBytes() throws Exception {
            echoForEver();
            List<SocksTestClient> clients = new ArrayList<>();
            try {
                for (int i = 0; i < 1000; i++) {
                    clients.add(connected());
                }
                for (int i = 0; i < clients.size(); i++) {
                    clients.get(i).send(content(i, 500));
                }
                for (int i = 0; i < clients.size(); i++) {
                    assertThat(clients.get(i).in.readNBytes(500)).isEqualTo(content(i, 500));
                }
                assertThat(server.liveConnections()).isEqualTo(1000);
            } finally {
                for (SocksTestClient client : clients) {
                    client.close();
                }
            }
        }

        @Test
        void serversThatShareAPortShareTheClients() throws Exception {
            SocksServerOptions options =
                    SocksServerOptions.onLoopback().withThreads(1).withSharedPort();
            try (EmbeddedSocksServer one = EmbeddedSocksServer.start(options);
                    EmbeddedSocksServer other = EmbeddedSocksServer.start(options.withListen(one.address()))) {
                while (one.acceptedConnections() == 0 || other.acceptedConnections() == 0) {
                    SocksTestClient.connected(one.address(), destinationAddress())
                            .close();
                }
            }
        }

        @Test
        void largeStreamsBothWaysAtOnceArriveUnchanged() throws Exception {
            int length = 40_000_000;
            byte[] upward = content(SEED, length);
            byte[] downward = content(SEED + 1, length);
            try (SocksTestClient client = connected();
                    Socket accepted = destination.accept();
                    var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<byte[]> arrivedUp =
                        threads.submit(() -> digest(accepted.getInputStream().readAllBytes()));
                Future<byte[]> arrivedDown = threads.submit(() -> digest(client.in.readAllBytes()));
                Future<byte[]> sentDown = threads.submit(() -> {
                    accepted.getOutputStream().write(downward);
                    accepted.shutdownOutput();
                    return downward;
                });
                client.send(upward);
                client.socket.shutdownOutput();

                assertThat(arrivedUp.get()).isEqualTo(digest(upward));
                assertThat(arrivedDown.get()).isEqualTo(digest(sentDown.get()));
            }
        }
    }

    @Nested
    class AtTheEnd {
        @Test
        void theClientsFinPassesAndTheOtherWayStaysOpen() throws Exception {
            try (SocksTestClient client = connected();
                    Socket accepted = destination.accept()) {
                client.send(1);
                client.socket.shutdownOutput();
                assertThat(accepted.getInputStream().readAllBytes()).containsExactly(1);

                accepted.getOutputStream().write(content(SEED, 100_000));
                accepted.shutdownOutput();
                assertThat(client.in.readAllBytes()).isEqualTo(content(SEED, 100_000));
            }
        }

        @Test
        void theDestinationsFinPassesAndTheOtherWayStaysOpen() throws Exception {
            try (SocksTestClient client = connected();
                    Socket accepted = destination.accept()) {
                accepted.shutdownOutput();
                assertThat(client.in.read()).isEqualTo(-1);

                client.send(content(SEED, 100_000));
                client.socket.shutdownOutput();
                assertThat(accepted.getInputStream().readAllBytes()).isEqualTo(content(SEED, 100_000));
            }
        }

        @Test
        void theClientsResetPasses() throws Exception {
            try (SocksTestClient client = connected();
                    Socket accepted = destination.accept()) {
                client.socket.setSoLinger(true, 0);
                client.socket.close();

                assertThatThrownBy(() -> accepted.getInputStream().read())
                        .isInstanceOf(SocketException.class)
                        .hasMessageContaining("reset");
            }
        }

        @Test
        void theDestinationsResetPasses() throws Exception {
            try (SocksTestClient client = connected()) {
                Socket accepted = destination.accept();
                accepted.setSoLinger(true, 0);
                accepted.close();

                assertThatThrownBy(() -> client.in.read())
                        .isInstanceOf(SocketException.class)
                        .hasMessageContaining("reset");
            }
        }

        @Test
        void nothingIsLeftWhenClientsAreGone() throws Exception {
            for (int i = 0; i < 20; i++) {
                try (SocksTestClient client = connected();
                        Socket accepted = destination.accept()) {
                    client.socket.shutdownOutput();
                    assertThat(accepted.getInputStream().read()).isEqualTo(-1);
                }
            }
            // the server sees the last of them a moment later, and a new connection is served after that
            while (server.liveConnections() > 0) {
                Thread.onSpinWait();
            }
            assertThat(server.acceptedConnections()).isEqualTo(20);
        }

        @Test
        void closingTheServerCutsItsClients() throws Exception {
            try (SocksTestClient client = connected()) {
                server.close();

                assertThatThrownBy(() -> client.in.read()).isInstanceOf(SocketException.class);
                assertThat(server.liveConnections()).isZero();
            }
        }
    }

    @Nested
    class ForRequestsThatFail {
        private byte replyTo(byte[] request) throws IOException {
            try (SocksTestClient client = new SocksTestClient(server.address())) {
                client.greet();
                client.send(request);
                byte[] reply = client.readReply();
                assertThat(client.in.read()).isEqualTo(-1);
                return reply[1];
            }
        }

        @Test
        void aClosedPortIsRefused() throws Exception {
            InetSocketAddress closed = destinationAddress();
            destination.close();
            assertThat(replyTo(SocksTestClient.request(1, closed))).isEqualTo((byte) 5);
        }

        @Test
        void aNameThatDoesNotExistIsAnUnreachableHost() throws Exception {
            assertThat(replyTo(SocksTestClient.requestByName("no-such-name.invalid", 80)))
                    .isEqualTo((byte) 4);
        }

        @Test
        void anUnknownCommandIsNamedSo() throws Exception {
            assertThat(replyTo(SocksTestClient.request(9, destinationAddress())))
                    .isEqualTo((byte) 7);
        }

        @Test
        void anUnknownAddressTypeIsNamedSo() throws Exception {
            assertThat(replyTo(SocksTestClient.octets(5, 1, 0, 2, 0, 0, 0, 0))).isEqualTo((byte) 8);
        }

        @Test
        void anotherProtocolVersionIsCutOff() throws Exception {
            try (SocksTestClient client = new SocksTestClient(server.address())) {
                client.send(4);
                assertThat(client.in.read()).isEqualTo(-1);
            }
        }

        @Test
        void theKernelsErrorsHaveTheirCodes() {
            assertThat(SocksReply.of(new java.net.ConnectException("Connection refused")))
                    .isEqualTo(SocksReply.CONNECTION_REFUSED);
            assertThat(SocksReply.of(new java.net.ConnectException("Network is unreachable")))
                    .isEqualTo(SocksReply.NETWORK_UNREACHABLE);
            assertThat(SocksReply.of(new SocketException("Network is unreachable")))
                    .isEqualTo(SocksReply.NETWORK_UNREACHABLE);
            assertThat(SocksReply.of(new java.net.NoRouteToHostException("No route to host")))
                    .isEqualTo(SocksReply.HOST_UNREACHABLE);
            assertThat(SocksReply.of(new java.net.ConnectException("Connection timed out")))
                    .isEqualTo(SocksReply.HOST_UNREACHABLE);
            assertThat(SocksReply.of(new SocketException("Permission denied"))).isEqualTo(SocksReply.NOT_ALLOWED);
            assertThat(SocksReply.of(new IOException())).isEqualTo(SocksReply.GENERAL_FAILURE);
        }
    }

    @Nested
    class WithCredentials {
        @BeforeEach
        void demandThem() throws IOException {
            server.close();
            server = EmbeddedSocksServer.start(SocksServerOptions.onLoopback().withCredentials("user", "p4ss"));
        }

        @Test
        void theRightOnesOpenTheDoor() throws Exception {
            try (SocksTestClient client = new SocksTestClient(server.address())) {
                client.send(5, 2, 0, 2);
                assertThat(client.in.readNBytes(2)).containsExactly(5, 2);
                client.send(1, 4, 'u', 's', 'e', 'r', 4, 'p', '4', 's', 's');
                assertThat(client.in.readNBytes(2)).containsExactly(1, 0);
                client.send(SocksTestClient.request(1, destinationAddress()));
                assertThat(client.readReply()[1]).isZero();
            }
        }

        @Test
        void wrongOnesAreRefused() throws Exception {
            try (SocksTestClient client = new SocksTestClient(server.address())) {
                client.send(5, 1, 2);
                assertThat(client.in.readNBytes(2)).containsExactly(5, 2);
                client.send(1, 4, 'u', 's', 'e', 'r', 1, 'x');
                assertThat(client.in.readAllBytes()).containsExactly(1, 1);
            }
        }

        @Test
        void aClientThatOffersNoneIsRefused() throws Exception {
            try (SocksTestClient client = new SocksTestClient(server.address())) {
                client.send(5, 1, 0);
                assertThat(client.in.readAllBytes()).containsExactly(5, 0xff);
            }
        }
    }

    private static byte[] digest(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }
}
