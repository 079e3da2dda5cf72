// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.ConfigException;
import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.spi.SteppedTunnel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What hev-socks5-tunnel 2.16.0 was seen to do wrong with connections, and what the whole engine does instead; the
/// numbers are those of `docs/original-defects.md`. Each test fails on the original's behaviour.
class OriginalConnectionDefectsTest {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;
    private static final InetSocketAddress SERVER = socket("192.0.2.7", 1080);
    private static final InetSocketAddress DESTINATION = socket("198.19.0.1", 80);
    private static final SeededContent CONTENT = new SeededContent(5);

    private final Simulation simulation = new Simulation(19);
    private final MemoryTun device =
            MemoryTun.builder().mtu(1500).queueLength(4_096).open();
    private final SimHost client =
            new SimHost(simulation.clock(), simulation.random("client"), packet -> device.inject(packet));
    private final List<ParsedPacket> written = new ArrayList<>();
    private long wireNanos;
    private SteppedTunnel tunnel;
    private ScriptedSocksServer server;
    private int nextPort = 10_000;
    private long startNanos;

    private static InetSocketAddress socket(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    private void start(SocksScript script, String... misc) throws IOException, ConfigException {
        server = new ScriptedSocksServer(simulation.clock(), script);
        simulation.network().listen(SERVER, server::accept);
        device.onWritten(packet -> {
            written.add(ParsedPacket.parse(packet));
            simulation.clock().after(wireNanos, () -> client.receive(packet));
        });
        String yaml = """
                tunnel: {mtu: 1500}
                socks5: {address: 192.0.2.7, port: 1080}
                threads: {workers: 1}
                misc:
                  warm-connections: 0
                """
                + String.join(
                        "",
                        List.of(misc).stream().map(line -> "  " + line + "\n").toList());
        tunnel = simulation.start(Engines.real(), TunnelConfig.parse(yaml).config(), device);
        startNanos = simulation.clock().nowNanos();
    }

    @AfterEach
    void close() throws IOException {
        simulation.close();
    }

    private SimTcpClient begin() {
        return client.connect(socket("10.0.0.1", nextPort++), DESTINATION, SimTcpOptions.MODERN);
    }

    private SimTcpClient connect() throws IOException {
        SimTcpClient begun = begin();
        simulation.runUntil(() -> begun.state() != SimTcpClient.State.OPENING, 5 * SECOND);
        return begun;
    }

    private static SocksScript sending(long bytes) {
        return SocksScript.HONEST.withDestination(
                new SocksScript.Destination.Source(CONTENT, bytes, new SeededContent(6)));
    }

    /// There (in its newest state, after 2.16.0) the handshake with a server that answers step by step took 200 ms
    /// longer than it had to. Here it takes the round trips that it needs, and nothing else.
    @Nested
    class DefectSixAPauseInTheHandshake {
        @Test
        void thereIsNone() throws Exception {
            simulation.network().latency(MILLI);
            start(SocksScript.HONEST);
            SimTcpClient opened = connect();

            assertThat(opened.state()).isEqualTo(SimTcpClient.State.OPEN);
            // connect, method, request: three round trips of 2 ms
            assertThat(simulation.clock().nowNanos() - startNanos).isLessThan(10 * MILLI);
        }
    }

    /// There a client that closes first gets FIN and then RST twice, and a reset of the server comes as FIN, as if
    /// all had been said. Here both ends learn what the other has done.
    @Nested
    class DefectSevenEndsOfConnections {
        @Test
        void aClientThatClosesFirstSeesAnOrderlyEnd() throws Exception {
            start(SocksScript.HONEST);
            SimTcpClient opened = connect();
            opened.send(CONTENT.bytes(0, 1_000));
            opened.shutdownOutput();
            simulation.runUntil(() -> opened.state().isFinal(), 5 * SECOND);
            simulation.runFor(5 * SECOND);

            assertThat(opened.state()).isEqualTo(SimTcpClient.State.CLOSED);
            assertThat(opened.received()).isEqualTo(CONTENT.bytes(0, 1_000));
            assertThat(written).noneMatch(packet -> packet.has(TcpFlag.RST));
        }

        @Test
        void aResetOfTheServerIsAReset() throws Exception {
            start(SocksScript.HONEST.withFault(SocksScript.Step.RELAY, SocksScript.FaultKind.RESET));
            SimTcpClient opened = connect();
            simulation.runUntil(() -> opened.state().isFinal(), 5 * SECOND);

            assertThat(opened.state()).isEqualTo(SimTcpClient.State.RESET);
            assertThat(written).noneMatch(packet -> packet.has(TcpFlag.FIN));
        }
    }

    /// There the client is connected before the proxy was even asked. Here it gets no SYN-ACK before the proxy has
    /// connected, and none at all if the proxy refuses.
    @Nested
    class DefectEightSynAckBeforeTheProxyAgreed {
        @Test
        void itComesWithTheReply() throws Exception {
            start(SocksScript.HONEST.withPace(300 * MILLI, false));
            SimTcpClient begun = begin();
            simulation.runFor(500 * MILLI);
            assertThat(written).isEmpty();
            simulation.runUntil(() -> begun.state() != SimTcpClient.State.OPENING, 5 * SECOND);

            assertThat(begun.state()).isEqualTo(SimTcpClient.State.OPEN);
        }

        @Test
        void aRefusedClientWasNeverConnected() throws Exception {
            start(SocksScript.HONEST.withReply(SocksReply.CONNECTION_REFUSED));
            SimTcpClient refused = connect();

            assertThat(refused.state()).isEqualTo(SimTcpClient.State.RESET);
            assertThat(written).noneMatch(packet -> packet.has(TcpFlag.SYN));
        }
    }

    /// There one session fewer than permitted lives. Here exactly as many do.
    @Nested
    class DefectNineMaxSessionCount {
        private static final int SESSIONS = 5;

        @Test
        void exactlyAsManyLiveAsPermitted() throws Exception {
            start(SocksScript.HONEST, "max-session-count: " + SESSIONS);
            List<SimTcpClient> clients = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                clients.add(connect());
            }
            simulation.runFor(SECOND);
            assertThat(clients).extracting(SimTcpClient::state).containsOnly(SimTcpClient.State.OPEN);
            clients.add(connect());
            simulation.runFor(SECOND);

            assertThat(clients.stream().filter(one -> one.state() == SimTcpClient.State.OPEN))
                    .hasSize(SESSIONS);
        }
    }

    /// There sequence numbers begin where a stranger can guess, and the checksums of what comes in are not looked
    /// at. Here they begin anywhere, and a damaged segment is counted and never delivered.
    @Nested
    class DefectThirteenNumbersAndChecksums {
        private static final int CONNECTIONS = 200;

        @Test
        void connectionsBeginAtNumbersThatShowNoStep() throws Exception {
            start(SocksScript.HONEST);
            Set<Integer> steps = new HashSet<>();
            Set<Integer> topBits = new HashSet<>();
            int last = 0;
            for (int i = 0; i < CONNECTIONS; i++) {
                connect();
                int first = written.reversed().stream()
                        .filter(packet -> packet.has(TcpFlag.SYN))
                        .findFirst()
                        .orElseThrow()
                        .seq();
                steps.add(first - last);
                topBits.add(first >>> 28);
                last = first;
            }

            assertThat(steps).hasSize(CONNECTIONS);
            assertThat(topBits).hasSize(16);
        }

        @Test
        void aDamagedSegmentIsNeverDelivered() throws Exception {
            start(SocksScript.HONEST);
            SimTcpClient opened = connect();
            opened.send(CONTENT.bytes(0, 10));
            simulation.runUntil(() -> opened.receivedBytes() == 10, SECOND);
            ParsedPacket last = written.getLast();
            device.inject(SimPacket.of(PacketBuilder.between(opened.local(), DESTINATION)
                    .tcp()
                    .flags("PA")
                    .seq(last.ack())
                    .ack(last.seq())
                    .payload("damaged")
                    .wrongChecksum()
                    .build()));
            simulation.runFor(SECOND);

            assertThat(server.sessions().getLast().received()).isEqualTo(10);
            assertThat(tunnel.statistics().drops()).containsEntry(DropReason.TCP_CHECKSUM, 1L);
        }
    }

    /// There a window is 64 KB at most, and SACK and timestamps are not offered. Here the client's kernel gets what
    /// it offers, and more than ten times as much passes in a round trip.
    @Nested
    class DefectFourteenOldTcp {
        private static final int BYTES = 8_000_000;

        @Test
        void theSynAckAnswersEveryOffer() throws Exception {
            start(SocksScript.HONEST);
            connect();
            TcpOptions offered = written.getFirst().options();

            assertThat(offered.windowScale()).isPositive();
            assertThat(offered.sackPermitted()).isTrue();
            assertThat(offered.hasTimestamps()).isTrue();
        }

        @Test
        void aClientAHundredMillisecondsAwayGetsMoreThan64KilobytesPerRoundTrip() throws Exception {
            wireNanos = 100 * MILLI;
            start(sending(BYTES));
            SimTcpClient opened = client.connect(
                    socket("10.0.0.1", nextPort++), DESTINATION, SimTcpOptions.MODERN.withReceiveBuffer(4_000_000));
            simulation.runUntil(() -> opened.receivedBytes() == BYTES, 60 * SECOND);

            assertThat(opened.receivedBytes()).isEqualTo(BYTES);
            // the original: 8 MB in 122 round trips
            assertThat(simulation.clock().nowNanos() - startNanos).isLessThan(40 * wireNanos);
        }
    }

    /// There IPv6 packets in fragments or with extension headers are dropped. Here they are read.
    @Nested
    class DefectFifteenIpv6 {
        private static final InetSocketAddress FROM = socket("fc00::1", 4_000);
        private static final InetSocketAddress TO = socket("fc00::2", 80);

        /// A SYN with 600 bytes of data in fragments of 400, of which the data is not taken.
        private void expectAnAnswer(List<byte[]> packets) throws IOException {
            packets.forEach(packet -> device.inject(SimPacket.of(packet)));
            simulation.runUntil(() -> !written.isEmpty(), 5 * SECOND);

            assertThat(written).hasSize(1);
            assertThat(written.getFirst().has(TcpFlag.SYN)).isTrue();
            assertThat(Objects.requireNonNull(server.sessions().getLast().requested())
                            .address())
                    .isEqualTo(TO.getAddress());
        }

        @Test
        void fragmentsArePutTogether() throws Exception {
            start(SocksScript.HONEST);
            byte[] syn = PacketBuilder.between(FROM, TO)
                    .tcp()
                    .flags("S")
                    .seq(1)
                    .payload(CONTENT.bytes(0, 600))
                    .build();
            expectAnAnswer(PacketBuilder.fragments(syn, 400, 7));
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 60})
        void extensionHeadersAreReadPast(int type) throws Exception {
            start(SocksScript.HONEST);
            // hop-by-hop or destination options, filled with one PadN
            byte[] header = {0, 0, 1, 4, 0, 0, 0, 0};
            expectAnAnswer(List.of(PacketBuilder.between(FROM, TO)
                    .ipv6Extension(type, header)
                    .tcp()
                    .flags("S")
                    .seq(1)
                    .build()));
        }
    }

    /// There a server that falls silent in the handshake is waited for as long as for an idle flow, 300 s. Here the
    /// whole handshake has the connect-timeout.
    @Nested
    class DefectSixteenASilentHandshake {
        @ParameterizedTest
        @EnumSource(
                value = SocksScript.Step.class,
                names = {"ACCEPT", "METHOD", "REPLY"})
        void endsWithTheConnectTimeout(SocksScript.Step step) throws Exception {
            start(SocksScript.HONEST.withFault(step, SocksScript.FaultKind.SILENCE), "connect-timeout: 2000");
            SimTcpClient begun = begin();
            simulation.runUntil(() -> begun.state().isFinal(), 60 * SECOND);

            assertThat(begun.state().isFinal()).isTrue();
            assertThat(simulation.clock().nowNanos() - startNanos).isBetween(2 * SECOND, 3 * SECOND);
        }
    }

    /// There a stop that came during a handshake could be forgotten, and the process went on. Here closing ends
    /// what is half open, too.
    @Nested
    class DefectEighteenAStopDuringTheHandshake {
        @Test
        void endsTheDial() throws Exception {
            start(SocksScript.HONEST.withFault(SocksScript.Step.METHOD, SocksScript.FaultKind.SILENCE));
            begin();
            simulation.runFor(SECOND);
            SimConnection dialled = server.sessions().getLast().connection();
            assertThat(dialled.hasFailed() || dialled.isInputEnded()).isFalse();
            tunnel.close();
            simulation.runFor(SECOND);

            assertThat(dialled.hasFailed() || dialled.isInputEnded()).isTrue();
        }
    }

    /// There (until 2.14.2) a full ring buffer kept a whole processor busy. Here a shard that waits for a client
    /// that does not read has nothing to do.
    @Nested
    class DefectNineteenAFullBuffer {
        @Test
        void keepsNobodyBusy() throws Exception {
            start(sending(50_000_000));
            SimTcpClient opened = connect();
            opened.pauseReading();
            simulation.runFor(2 * SECOND);
            long before = simulation.stepCount();
            simulation.runFor(10 * SECOND);

            assertThat(opened.state()).isEqualTo(SimTcpClient.State.OPEN);
            // timers only: probes of the closed window
            assertThat(simulation.stepCount() - before).isLessThan(200);
        }
    }
}
