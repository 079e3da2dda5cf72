// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.ConfigException;
import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.spi.SteppedTunnel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What hev-socks5-tunnel 2.16.0 was seen to do wrong with datagrams, names and many flows, and what the whole
/// engine does instead. Each test fails on the original's behaviour.
class OriginalDefectsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final InetSocketAddress SERVER = socket("192.0.2.7", 1080);
    private static final InetSocketAddress ECHO = socket("198.19.0.1", 99);
    private static final InetSocketAddress NAMES = socket("198.18.0.2", 53);
    private static final int ADDRESS_BYTES = 4;

    private final Simulation simulation = new Simulation(7);
    private final MemoryTun device =
            MemoryTun.builder().mtu(1500).queueLength(4_096).open();
    private final SimHost client =
            new SimHost(simulation.clock(), simulation.random("client"), packet -> device.inject(packet));
    private SteppedTunnel tunnel;
    private ScriptedSocksServer server;

    private static InetSocketAddress socket(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    private void start(String udp, SocksScript script) throws IOException, ConfigException {
        server = new ScriptedSocksServer(simulation.clock(), script).relayDatagrams(simulation.network());
        simulation.network().listen(SERVER, server::accept);
        device.onWritten(client::receive);
        String yaml = """
                tunnel:
                  mtu: 1500
                socks5:
                  address: 192.0.2.7
                  port: 1080
                  udp: %s
                mapdns:
                  address: 198.18.0.2
                  port: 53
                  network: 198.18.128.0
                  netmask: 255.255.128.0
                  cache-size: 100
                misc:
                  warm-associations: 0
                  warm-connections: 0
                threads:
                  workers: 1
                """.formatted(udp);
        tunnel = simulation.start(Engines.real(), TunnelConfig.parse(yaml).config(), device);
    }

    @AfterEach
    void close() throws IOException {
        simulation.close();
    }

    private void runUntilReceived(SimUdpSocket socket, int count) throws IOException {
        simulation.runUntil(() -> socket.received().size() >= count, 5 * SECOND);
    }

    private long dropped(DropReason reason) throws IOException {
        // what a shard counts is to be seen after its step
        simulation.runFor(SECOND / 100);
        return tunnel.statistics().drops().getOrDefault(reason, 0L);
    }

    private SimTcpClient connect(int port, InetSocketAddress to) throws IOException {
        SimTcpClient opened = client.connect(socket("10.0.0.1", port), to, SimTcpOptions.MODERN);
        simulation.runUntil(() -> opened.state() != SimTcpClient.State.OPENING, 5 * SECOND);
        return opened;
    }

    /// Asks mapdns for the IPv4 address of a name.
    private InetAddress lookUp(String name) throws IOException {
        ByteArrayOutputStream query = new ByteArrayOutputStream();
        query.writeBytes(new byte[] {1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        for (String label : name.split("\\.", -1)) {
            query.write(label.length());
            query.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        query.writeBytes(new byte[] {0, 0, 1, 0, 1});
        SimUdpSocket socket = client.openUdp(socket("10.0.0.1", 9_999));
        socket.send(NAMES, query.toByteArray());
        runUntilReceived(socket, 1);
        socket.close();
        byte[] reply = socket.received().getFirst().payload();
        return addressOf(Arrays.copyOfRange(reply, reply.length - ADDRESS_BYTES, reply.length));
    }

    private static InetAddress addressOf(byte[] raw) throws UnknownHostException {
        return InetAddress.getByAddress(raw);
    }

    /// The same part of the range in the network before the mapped one.
    private static InetAddress outside(InetAddress mapped) throws UnknownHostException {
        byte[] raw = mapped.getAddress();
        raw[2] = (byte) (raw[2] & 0x7f);
        return addressOf(raw);
    }

    private static byte[] counting(int length) {
        return new SeededContent(length).bytes(0, length);
    }

    /// There a datagram of the relay with fewer than 4 bytes kills the process (SIGSEGV). Here it is counted, and
    /// the flow it came to goes on.
    @Nested
    class DefectOneShortRelayDatagrams {
        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2, 3, 4, 9})
        void areCountedAndTheFlowGoesOn(int length) throws Exception {
            start("udp", SocksScript.HONEST);
            SimUdpSocket socket = client.openUdp(socket("10.0.0.1", 5_000));
            socket.send(ECHO, counting(10));
            runUntilReceived(socket, 1);
            ScriptedDatagrams relay =
                    Objects.requireNonNull(server.sessions().getLast().datagrams());
            Objects.requireNonNull(relay.port()).send(Objects.requireNonNull(relay.client()), new byte[length]);
            socket.send(ECHO, counting(11));
            runUntilReceived(socket, 2);

            assertThat(socket.received())
                    .extracting(datagram -> datagram.payload().length)
                    .containsExactly(10, 11);
            assertThat(dropped(DropReason.UDP_REPLY_MALFORMED)).isEqualTo(1);
            assertThat(server.sessions()).as("associations").hasSize(1);
        }
    }

    /// There any address whose lower bits are those of a mapped one becomes that one's name, since the network is
    /// not compared. Here only addresses inside the network do.
    @Nested
    class DefectTwoAddressesOutsideOfTheMappedNetwork {
        @Test
        void areAskedForAsTheyAreByTcp() throws Exception {
            start("udp", SocksScript.HONEST);
            InetAddress mapped = lookUp("a.example");
            connect(5_000, new InetSocketAddress(mapped, 80));
            connect(5_001, new InetSocketAddress(outside(mapped), 80));

            assertThat(server.sessions().get(0).requested()).isEqualTo(new SocksDestination(null, "a.example", 80));
            assertThat(server.sessions().get(1).requested()).isEqualTo(new SocksDestination(outside(mapped), "", 80));
        }

        @Test
        void areSentToAsTheyAreByUdp() throws Exception {
            List<SocksDestination> seen = new ArrayList<>();
            start("udp", SocksScript.HONEST.withDatagrams(SocksDatagramScript.HONEST.withService((to, payload) -> {
                seen.add(to);
                return List.of(new SocksDatagramScript.Reply(to, payload));
            })));
            InetAddress mapped = lookUp("a.example");
            SimUdpSocket socket = client.openUdp(socket("10.0.0.1", 5_000));
            socket.send(new InetSocketAddress(outside(mapped), 99), counting(10));
            runUntilReceived(socket, 1);

            assertThat(seen).containsExactly(new SocksDestination(outside(mapped), "", 99));
        }
    }

    /// There all replies to a socket carry the mapped address and port that it has sent to last, once it has sent
    /// to one. Here each carries that of its own destination.
    @Nested
    class DefectThreeRepliesOfSeveralDestinations {
        @ParameterizedTest
        @ValueSource(strings = {"udp", "tcp"})
        void eachComeFromWhereTheClientHasSentTo(String udp) throws Exception {
            start(udp, SocksScript.HONEST);
            InetSocketAddress mapped = new InetSocketAddress(lookUp("a.example"), 99);
            InetSocketAddress literal = socket("198.19.0.5", 55);
            SimUdpSocket socket = client.openUdp(socket("10.0.0.1", 5_000));
            socket.send(literal, counting(10));
            socket.send(mapped, counting(11));
            socket.send(literal, counting(12));
            runUntilReceived(socket, 3);

            assertThat(socket.received())
                    .extracting(SimUdpSocket.Datagram::source)
                    .containsExactly(literal, mapped, literal);
            assertThat(socket.received())
                    .extracting(datagram -> datagram.payload().length)
                    .containsExactly(10, 11, 12);
        }
    }

    /// There only the first fragment of a client's datagram is forwarded, and replies of more than 1 490 bytes are
    /// cut. Here both are whole, whatever their size.
    @Nested
    class DefectFourDatagramsLargerThanAPacket {
        @ParameterizedTest
        @CsvSource({
            "udp, 1472",
            "udp, 1480",
            "udp, 1491",
            "udp, 3000",
            "udp, 60000",
            "tcp, 1480",
            "tcp, 1494",
            "tcp, 3000"
        })
        void areWholeBothWays(String udp, int length) throws Exception {
            List<Integer> seen = new ArrayList<>();
            start(udp, SocksScript.HONEST.withDatagrams(SocksDatagramScript.HONEST.withService((to, payload) -> {
                seen.add(payload.length);
                return List.of(new SocksDatagramScript.Reply(to, payload));
            })));
            SimUdpSocket socket = client.openUdp(socket("10.0.0.1", 5_000));
            socket.send(ECHO, counting(length));
            runUntilReceived(socket, 1);

            assertThat(seen).containsExactly(length);
            assertThat(socket.received()).hasSize(1);
            assertThat(socket.received().getFirst().payload()).isEqualTo(counting(length));
        }
    }

    /// There the 1 024th source of datagrams and the 4 097th connection get no answer, and nobody is told. Here
    /// both are served by the defaults.
    @Nested
    class DefectFiveHardLimits {
        private static final int SOURCES = 1_200;
        private static final int CONNECTIONS = 4_200;
        private static final int AT_A_TIME = 100;

        @Test
        void moreThan1023SourcesAreAllAnswered() throws Exception {
            start("udp", SocksScript.HONEST);
            List<SimUdpSocket> sockets = new ArrayList<>();
            for (int i = 0; i < SOURCES; i++) {
                SimUdpSocket socket = client.openUdp(socket("10.0.0.1", 10_000 + i));
                socket.send(ECHO, counting(20));
                sockets.add(socket);
                if (i % AT_A_TIME == AT_A_TIME - 1) {
                    simulation.runUntil(
                            () -> sockets.stream()
                                    .allMatch(one -> !one.received().isEmpty()),
                            5 * SECOND);
                }
            }
            // all at once, while all are alive
            sockets.forEach(socket -> socket.send(ECHO, counting(21)));
            simulation.runUntil(
                    () -> sockets.stream().allMatch(one -> one.received().size() == 2), 5 * SECOND);

            assertThat(sockets)
                    .allSatisfy(socket -> assertThat(socket.received()).hasSize(2));
            assertThat(tunnel.statistics().udp().flowsOpen()).isEqualTo(SOURCES);
        }

        @Test
        void moreThan4096ConnectionsAreOpenAtATime() throws Exception {
            start("udp", SocksScript.HONEST);
            List<SimTcpClient> clients = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                clients.add(client.connect(socket("10.0.0.1", 10_000 + i), ECHO, SimTcpOptions.MODERN));
                if (i % AT_A_TIME == AT_A_TIME - 1) {
                    SimTcpClient last = clients.getLast();
                    simulation.runUntil(() -> last.state() != SimTcpClient.State.OPENING, 5 * SECOND);
                    simulation.runFor(SECOND / 100);
                }
            }

            assertThat(clients).extracting(SimTcpClient::state).containsOnly(SimTcpClient.State.OPEN);
            assertThat(tunnel.statistics().tcpFlowsOpen()).isEqualTo(CONNECTIONS);
        }
    }

    /// There a relay at 0.0.0.0 is looked for on the client's own machine, a reply with a name in it fails even for
    /// CONNECT, and a part of a datagram (FRAG) is handed over as a whole one.
    @Nested
    class DefectElevenRepliesAsTheStandardHasThem {
        private void expectAnEcho() throws IOException {
            SimUdpSocket socket = client.openUdp(socket("10.0.0.1", 5_000));
            socket.send(ECHO, counting(10));
            runUntilReceived(socket, 1);
            assertThat(socket.received()).hasSize(1);
        }

        @Test
        void aRelayAtZeroIsAtTheServer() throws Exception {
            start(
                    "udp",
                    SocksScript.HONEST.withDatagrams(
                            SocksDatagramScript.HONEST.withBind(SocksDatagramScript.Bind.UNSPECIFIED)));
            expectAnEcho();
        }

        @Test
        void aRelayWithANameIsLookedUp() throws Exception {
            simulation.network().name("relay.example", List.of(SERVER.getAddress()));
            start(
                    "udp",
                    SocksScript.HONEST.withDatagrams(
                            SocksDatagramScript.HONEST.withBind(SocksDatagramScript.Bind.NAME)));
            expectAnEcho();
        }

        @Test
        void aNameInTheReplyToConnectIsNoFailure() throws Exception {
            start("udp", SocksScript.HONEST.withReplyShape(false, SocksDestination.NAME));
            SimTcpClient opened = connect(5_000, ECHO);
            opened.send(counting(10));
            simulation.runUntil(() -> opened.receivedBytes() == 10, 5 * SECOND);

            assertThat(opened.received()).isEqualTo(counting(10));
        }

        @Test
        void aPartOfADatagramIsDroppedAndCounted() throws Exception {
            start("udp", SocksScript.HONEST);
            SimUdpSocket socket = client.openUdp(socket("10.0.0.1", 5_000));
            socket.send(ECHO, counting(10));
            runUntilReceived(socket, 1);
            ScriptedDatagrams relay =
                    Objects.requireNonNull(server.sessions().getLast().datagrams());
            byte[] part = {0, 0, 1, 1, (byte) 198, 19, 0, 1, 0, 99, 'p', 'a', 'r', 't'};
            Objects.requireNonNull(relay.port()).send(Objects.requireNonNull(relay.client()), part);
            socket.send(ECHO, counting(11));
            runUntilReceived(socket, 2);

            assertThat(socket.received())
                    .extracting(datagram -> datagram.payload().length)
                    .containsExactly(10, 11);
            assertThat(dropped(DropReason.UDP_REPLY_FRAGMENT)).isEqualTo(1);
        }
    }
}
