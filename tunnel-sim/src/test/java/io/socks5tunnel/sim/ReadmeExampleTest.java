// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.socks5tunnel.api.LimitSettings;
import io.socks5tunnel.api.MapDnsSettings;
import io.socks5tunnel.api.ProcessSettings;
import io.socks5tunnel.api.Socks5Settings;
import io.socks5tunnel.api.ThreadSettings;
import io.socks5tunnel.api.TunSettings;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.spi.EngineProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the README shows of testing one's own code with the simulator's parts, and that it shows just this.
class ReadmeExampleTest {
    private static final Path README = Path.of("../README.md");
    private static final Path SOURCE = Path.of("src/test/java/io/socks5tunnel/sim/ReadmeExampleTest.java");
    private static final String FIRST_LINE = "try (Simulation simulation = new Simulation(42)) {";

    private final EngineProvider engine = Engines.real();
    private final TunnelConfig config = new TunnelConfig(
            TunSettings.DEFAULT,
            Socks5Settings.of("192.0.2.7", 1080),
            MapDnsSettings.DEFAULT,
            LimitSettings.DEFAULT,
            ProcessSettings.DEFAULT,
            ThreadSettings.DEFAULT);

    @Test
    void aRefusalOfTheServerReachesTheClient() throws IOException {
        try (Simulation simulation = new Simulation(42)) {
            SocksScript refusal = SocksScript.HONEST.withReply(SocksReply.CONNECTION_REFUSED);
            ScriptedSocksServer server = new ScriptedSocksServer(simulation.clock(), refusal);
            simulation.network().listen(new InetSocketAddress("192.0.2.7", 1080), server::accept);
            MemoryTun device = MemoryTun.builder().open();
            SimHost host = new SimHost(simulation.clock(), simulation.random("host"), device::inject);
            device.onWritten(host::receive);
            simulation.start(engine, config, device);

            SimTcpClient client = host.connect(
                    new InetSocketAddress("10.0.0.1", 40_000),
                    new InetSocketAddress("198.51.100.9", 443),
                    SimTcpOptions.MODERN);
            client.send("hello".getBytes(UTF_8));
            assertTrue(simulation.runUntil(() -> client.state().isFinal(), 10_000_000_000L));
            assertEquals(SimTcpClient.State.RESET, client.state());
        }
    }

    @Test
    void theReadmeShowsThisVeryCode() throws IOException {
        List<String> shown = block(Files.readAllLines(README), "```");
        List<String> compiled = block(Files.readAllLines(SOURCE), "    }");
        assertThat(shown).isNotEmpty().isEqualTo(compiled);
    }

    /// The lines from the example's first one on, without indentation, up to the line `end`.
    private static List<String> block(List<String> lines, String end) {
        return lines.stream()
                .dropWhile(line -> !line.strip().equals(FIRST_LINE))
                .takeWhile(line -> !line.equals(end))
                .map(String::strip)
                .toList();
    }
}
