// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.ConfigException;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.sim.SocksScript.FaultKind;
import io.socks5tunnel.sim.SocksScript.Step;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The real tunnel in virtual time, with a SOCKS server that is 20 ms of round trip away and wants a login, and
/// with a client that is no time away: what a connection waits for, and what becomes of those that were made ahead.
class WarmConnectionsTest {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;
    private static final long ROUND_TRIP_NANOS = 20 * MILLI;
    private static final InetSocketAddress SERVER = socket("192.0.2.7", 1080);
    private static final InetSocketAddress DESTINATION = socket("198.18.0.80", 80);
    private static final SocksScript HONEST = SocksScript.HONEST.withCredentials("user", "word");
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

    private final Simulation simulation = new Simulation(1);
    private final MemoryTun device = MemoryTun.builder().open();
    private final SimHost client =
            new SimHost(simulation.clock(), simulation.random("client"), packet -> device.inject(packet));
    private ScriptedSocksServer server;
    private int nextPort = 10_000;

    private static InetSocketAddress socket(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    private void start(int warm, boolean isPipelined, SocksScript... scripts) throws IOException, ConfigException {
        server = new ScriptedSocksServer(
                simulation.clock(), number -> number < scripts.length ? scripts[number] : HONEST);
        simulation.network().latency(ROUND_TRIP_NANOS / 2);
        simulation.network().listen(SERVER, server::accept);
        device.onWritten(client::receive);
        TunnelConfig config =
                TunnelConfig.parse("""
                        tunnel:
                          mtu: 1500
                        socks5:
                          address: 192.0.2.7
                          port: 1080
                          username: user
                          password: word
                          pipeline: %s
                        misc:
                          warm-connections: %d
                        threads:
                          workers: 1
                        """.formatted(isPipelined, warm)).config();
        simulation.start(Engines.real(), config, device);
    }

    @AfterEach
    void close() throws IOException {
        simulation.close();
    }

    private SimTcpClient connect() {
        return client.connect(socket("198.18.0.1", nextPort++), DESTINATION, SimTcpOptions.MODERN);
    }

    /// A connection that is used and closed.
    ///
    /// @return how long the client waited for it, ns
    private long use() throws IOException {
        long before = simulation.clock().nowNanos();
        SimTcpClient connection = connect();
        assertThat(simulation.runUntil(() -> connection.state() != SimTcpClient.State.OPENING, 10 * SECOND))
                .isTrue();
        assertThat(connection.state()).isEqualTo(SimTcpClient.State.OPEN);
        long took = simulation.clock().nowNanos() - before;
        connection.send(HELLO);
        simulation.runUntil(() -> connection.receivedBytes() == HELLO.length, SECOND);
        assertThat(connection.received()).isEqualTo(HELLO);
        connection.shutdownOutput();
        simulation.runFor(SECOND / 5);
        return took;
    }

    private long medianNanos(int connections) throws IOException {
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            all.add(use());
        }
        all.sort(null);
        return all.get(connections / 2);
    }

    @Nested
    class ConnectionTime {
        @Test
        void aConnectionCostsOneRoundTripWithThem() throws Exception {
            start(4, false);
            double roundTrips = (double) medianNanos(21) / ROUND_TRIP_NANOS;

            System.out.printf("median time to connect with warm connections: %.2f round trips%n", roundTrips);
            assertThat(roundTrips).isLessThanOrEqualTo(1.2);
        }

        @ParameterizedTest
        @CsvSource({"false, 4", "true, 2"})
        void withoutTheKeyNoneIsMade(boolean isPipelined, double expected) throws Exception {
            start(0, isPipelined);
            double roundTrips = (double) medianNanos(21) / ROUND_TRIP_NANOS;

            System.out.printf(
                    "median time to connect without, pipeline %s: %.2f round trips%n", isPipelined, roundTrips);
            assertThat(roundTrips).isBetween(expected, expected + 0.2);
            assertThat(server.sessions()).hasSize(21);
        }

        @Test
        void aPipelinedServerIsOneRoundTripAwayToo() throws Exception {
            start(4, true);

            assertThat(medianNanos(5)).isLessThanOrEqualTo(ROUND_TRIP_NANOS * 12 / 10);
        }

        @Test
        void manyAtOnceFindAsManyAsThereAre() throws Exception {
            start(4, false);
            for (int i = 0; i < 4; i++) {
                use();
            }
            long before = simulation.clock().nowNanos();
            List<SimTcpClient> burst = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                burst.add(connect());
            }
            simulation.runUntil(() -> established(burst) == 4, SECOND);
            assertThat(simulation.clock().nowNanos() - before).isEqualTo(ROUND_TRIP_NANOS);
            simulation.runUntil(() -> established(burst) == 6, SECOND);
            assertThat(simulation.clock().nowNanos() - before).isEqualTo(4 * ROUND_TRIP_NANOS);
        }

        private static long established(List<SimTcpClient> connections) {
            return connections.stream()
                    .filter(connection -> connection.state() == SimTcpClient.State.OPEN)
                    .count();
        }
    }

    @Nested
    class Age {
        @Test
        void whatNoFlowWantsIsClosedInGoodOrderAndNotMadeAgain() throws Exception {
            start(4, false);
            use();
            assertThat(server.sessions()).hasSize(2);
            simulation.runFor(20 * SECOND);

            assertThat(server.sessions()).hasSize(2);
            assertThat(server.sessions().getLast().isInputEnded()).isTrue();
            assertThat(server.sessions().getLast().hasFailed()).isFalse();
            assertThat(simulation.reactors().getFirst().openSockets()).isZero();
        }

        @Test
        void thereAreNeverMoreThanTheKeySays() throws Exception {
            start(2, false);
            for (int i = 0; i < 10; i++) {
                use();
            }
            long open = server.sessions().stream()
                    .filter(session -> !session.isInputEnded())
                    .count();

            assertThat(open).isEqualTo(2);
        }

        @Test
        void theyEndWithTheTunnel() throws Exception {
            start(4, false);
            use();
            simulation.close();
            simulation.runFor(SECOND);

            assertThat(server.sessions()).allMatch(session -> session.isInputEnded() || session.hasFailed());
        }
    }

    /// The second connection that the server sees is the first that is made ahead.
    @Nested
    class AServerThatClosesOne {
        @ParameterizedTest
        @MethodSource("io.socks5tunnel.sim.WarmConnectionsTest#faults")
        void isNotNoticedByTheClient(Step step, FaultKind kind) throws Exception {
            start(4, false, HONEST, HONEST.withFault(step, kind));
            use();
            long took = use();

            assertThat(took).isLessThanOrEqualTo(6 * ROUND_TRIP_NANOS);
            use();
        }

        /// From before the client's SYN until after the reply, each ms.
        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void atAnyMomentBeforeItsReplyIsNotNoticedByTheClient(boolean isReset) throws Exception {
            for (long millis : LongStream.rangeClosed(-15, 9).toArray()) {
                try (WarmConnectionsTest.OneRun run = new OneRun()) {
                    run.test.start(4, false);
                    run.test.use();
                    SimConnection warm = run.test.server.sessions().get(1).connection();
                    run.test.simulation.clock().after((20 + millis) * MILLI, isReset ? warm::reset : warm::close);
                    run.test.simulation.runFor(20 * MILLI);

                    assertThat(run.test.use())
                            .as("closed after " + millis + " ms")
                            .isBetween(ROUND_TRIP_NANOS, 6 * ROUND_TRIP_NANOS);
                }
            }
        }

        @Test
        void isDoneWithWhenTheFreshOneFailsToo() throws Exception {
            SocksScript closing = HONEST.withFault(Step.REPLY, FaultKind.CLOSE);
            start(1, false, HONEST, closing, closing, closing, closing);
            use();
            SimTcpClient connection = connect();
            simulation.runUntil(() -> connection.state() != SimTcpClient.State.OPENING, 10 * SECOND);

            assertThat(connection.state().isFinal()).isTrue();
        }

        @Test
        void afterTheReplyHasBegunHasFailedTheConnection() throws Exception {
            SocksScript refusing = HONEST.withReply(SocksReply.CONNECTION_REFUSED);
            start(4, false, HONEST, refusing);
            use();
            int before = server.sessions().size();
            SimTcpClient connection = connect();
            simulation.runUntil(() -> connection.state() != SimTcpClient.State.OPENING, 10 * SECOND);

            assertThat(connection.state().isFinal()).isTrue();
            assertThat(server.sessions().get(1).requested()).isNotNull();
            assertThat(before).isEqualTo(2);
        }
    }

    /// A world of its own inside a test.
    private static final class OneRun implements AutoCloseable {
        private final WarmConnectionsTest test = new WarmConnectionsTest();

        @Override
        public void close() throws IOException {
            test.close();
        }
    }

    static List<Arguments> faults() {
        List<Arguments> all = new ArrayList<>();
        for (Step step : List.of(Step.ACCEPT, Step.METHOD, Step.CREDENTIALS, Step.REPLY)) {
            all.add(Arguments.of(step, FaultKind.CLOSE));
            all.add(Arguments.of(step, FaultKind.RESET));
        }
        return all;
    }
}
