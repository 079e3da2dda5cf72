// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.spi.SteppedTunnel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Real shards in virtual time whose queues rest and come back in the middle of everything.
class RestingQueuesTest {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;
    private static final int SHARDS = 3;
    private static final int BYTES = 100_000;
    private static final InetSocketAddress SERVER = socket("192.0.2.7", 1080);
    private static final InetSocketAddress DESTINATION = socket("198.18.0.80", 80);

    private final MemoryTun device = MemoryTun.builder().queues(SHARDS).open();

    private static InetSocketAddress socket(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    private static SteppedTunnel start(Simulation simulation, MemoryTun device) throws Exception {
        ScriptedSocksServer server = new ScriptedSocksServer(simulation.clock(), _ -> SocksScript.HONEST);
        simulation.network().latency(MILLI);
        simulation.network().listen(SERVER, server::accept);
        TunnelConfig config = TunnelConfig.parse("""
                socks5: {address: 192.0.2.7, port: 1080}
                threads: {workers: %d}
                """.formatted(SHARDS)).config();
        return simulation.start(Engines.real(), config, device);
    }

    private static List<SimTcpClient> connect(SimHost client, int firstPort, int count) {
        List<SimTcpClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SimTcpClient connection =
                    client.connect(socket("198.18.0.1", firstPort + i), DESTINATION, SimTcpOptions.MODERN);
            connection.send(content(firstPort + i));
            connection.shutdownOutput();
            clients.add(connection);
        }
        return clients;
    }

    private static byte[] content(int seed) {
        return new SeededContent(seed).bytes(0, BYTES);
    }

    /// Until every one has back what it sent.
    private static void await(Simulation simulation, List<SimTcpClient> clients) throws Exception {
        simulation.runUntil(() -> clients.stream().allMatch(SimTcpClient::isInputEnded), 120 * SECOND);
        for (SimTcpClient client : clients) {
            assertThat(client.received()).isEqualTo(content(client.local().getPort()));
        }
    }

    /// Some connections from before, some from while it goes on; what waits in a queue that begins to rest is lost.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void noConnectionMindsThatQueuesRestAndComeBack(long seed) throws Exception {
        try (Simulation simulation = new Simulation(seed)) {
            SimHost client = new SimHost(simulation.clock(), simulation.random("client"), device::inject);
            device.onWritten(client::receive);
            SteppedTunnel tunnel = start(simulation, device);
            SeededRandom random = simulation.random("rests");
            List<SimTcpClient> clients = new ArrayList<>();
            for (int turn = 0; turn < 40; turn++) {
                if (turn % 4 == 0) {
                    clients.addAll(connect(client, 10_000 + 100 * turn, 2));
                }
                device.serve((int) random.between(1, SHARDS));
                simulation.runFor(random.between(1, 5) * MILLI);
            }
            await(simulation, clients);

            assertThat(tunnel.statistics().tcpFlowsOpened()).isEqualTo(clients.size());
            assertThat(tunnel.statistics().strays()).isPositive();
        }
    }

    @Test
    void newFlowsOpenOnShardsInService() throws Exception {
        try (Simulation simulation = new Simulation(7)) {
            SimHost client = new SimHost(simulation.clock(), simulation.random("client"), device::inject);
            device.onWritten(client::receive);
            SteppedTunnel tunnel = start(simulation, device);

            device.serve(1);
            List<SimTcpClient> clients = connect(client, 10_000, 12);
            await(simulation, clients);
            assertThat(tunnel.statistics().tcpFlowsPerShard()).containsExactly(12L, 0L, 0L);

            device.serve(SHARDS);
            List<SimTcpClient> further = connect(client, 20_000, 30);
            await(simulation, further);
            assertThat(tunnel.statistics().tcpFlowsPerShard()).allMatch(flows -> flows > 0);
            assertThat(tunnel.statistics().tcpFlowsOpened()).isEqualTo(42);
        }
    }
}
