// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socks5tunnel.api.ConfigException;
import io.socks5tunnel.api.TunnelConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A tunnel with four shards, a real SOCKS5 server on the loopback address, and behind it a socket that stands for
/// every destination.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SimulatedNetworkTest {
    private static final InetSocketAddress DESTINATION = new InetSocketAddress("198.51.100.9", 80);
    private static final InetSocketAddress CLOSED = new InetSocketAddress("198.51.100.9", 81);
    private static final int MANY_BYTES = 3_000_000;

    private ServerSocket destination;
    private EmbeddedSocksServer server;
    private SimulatedNetwork network;

    @BeforeEach
    void start() throws IOException, ConfigException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        destination = new ServerSocket(0, 50, loopback);
        int closedPort;
        try (ServerSocket closed = new ServerSocket(0, 1, loopback)) {
            closedPort = closed.getLocalPort();
        }
        server = EmbeddedSocksServer.start(SocksServerOptions.onLoopback()
                .withTranslation(asked -> new InetSocketAddress(
                        loopback, asked.getPort() == CLOSED.getPort() ? closedPort : destination.getLocalPort())));
        network = SimulatedNetwork.open(
                TunnelConfig.parse("""
                                tunnel:
                                  mtu: 1500
                                socks5:
                                  address: 127.0.0.1
                                  port: %d
                                threads:
                                  workers: 4
                                """.formatted(server.address().getPort())).config(), 4);
    }

    @AfterEach
    void stop() throws IOException {
        network.close();
        server.close();
        destination.close();
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(strings = {"198.51.100.9", "2001:db8::9"})
    void theOtherDirectionStaysOpenAfterAnEnd(String address) throws IOException {
        SeededContent content = new SeededContent(7);
        try (SimulatedChannel channel = network.connect(new InetSocketAddress(address, 80));
                Socket accepted = destination.accept()) {
            channel.write(ascii("question"));
            channel.shutdownOutput();

            assertThat(accepted.getInputStream().readAllBytes()).isEqualTo("question".getBytes(US_ASCII));

            Thread writer = Thread.ofVirtual().start(() -> write(accepted, content));
            byte[] answer = Channels.newInputStream(channel).readAllBytes();
            assertThat(answer).hasSize(MANY_BYTES);
            assertThat(content.mismatch(0, answer, 0, answer.length)).isEqualTo(-1);
            assertThat(writer).isNotNull();
        }
    }

    private static void write(Socket socket, SeededContent content) {
        try {
            socket.getOutputStream().write(content.bytes(0, MANY_BYTES));
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aResetArrivesAsOne() throws IOException {
        SimulatedChannel channel = network.connect(DESTINATION);
        try (Socket accepted = destination.accept()) {
            channel.write(ascii("x"));
            InputStream in = accepted.getInputStream();
            assertThat(in.read()).isEqualTo('x');

            channel.reset();

            assertThatThrownBy(in::read).isInstanceOf(SocketException.class).hasMessage("Connection reset");
        }
    }

    @Test
    void aResetOfTheDestinationIsSeen() throws IOException {
        try (SimulatedChannel channel = network.connect(DESTINATION)) {
            Socket accepted = destination.accept();
            accepted.setSoLinger(true, 0);
            accepted.close();

            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Connection reset");
        }
    }

    @Test
    void bytesForAClosedChannelAreAnsweredWithAReset() throws IOException {
        SimulatedChannel channel = network.connect(DESTINATION);
        try (Socket accepted = destination.accept()) {
            channel.close();
            InputStream in = accepted.getInputStream();
            assertThat(in.read()).isEqualTo(-1);

            accepted.getOutputStream().write('x');

            assertThatThrownBy(() -> {
                        while (true) {
                            accepted.getOutputStream().write('x');
                        }
                    })
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aClosedPortRefuses() {
        assertThatThrownBy(() -> network.connect(CLOSED))
                .isInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
    }

    @Test
    void theHostAnswersOnItsOwnThread() {
        String thread = network.ask(_ -> Thread.currentThread().getName());
        assertThat(thread).isEqualTo("simulated-host");
        assertThat(network.freshAddress(DESTINATION.getAddress()))
                .isNotEqualTo(network.freshAddress(DESTINATION.getAddress()));
    }
}
