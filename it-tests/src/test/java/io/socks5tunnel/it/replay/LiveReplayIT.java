// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.Captures;
import io.socks5tunnel.it.lab.RuntimeImage;
import io.socks5tunnel.sim.EmbeddedSocksServer;
import io.socks5tunnel.sim.SocksServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Ten captures at once through a real SOCKS5 server, behind which every destination sends back what it gets.
final class LiveReplayIT {
    private static final int BACKLOG = 512;
    private static final List<String> CAPTURES = List.of(
            "impaired/http-range-zero-window-206b.pcap",
            "impaired/upload-zero-window.pcap",
            "impaired/many-short-flows-same-time.pcap",
            "impaired/ssh-duplicates.pcap",
            "linktypes/null-41-flows.pcap",
            "linktypes/raw12-ipv6-http.pcap",
            "linktypes/sll2-gso-64k.pcap",
            "oddtcp/urgent-oob-byte.pcap",
            "oddtcp/mptcp-v0.pcap",
            "icmp/pmtud-frag-needed-7-flows.pcap");
    private static final Pattern FLOW =
            Pattern.compile("\"protocol\":\"tcp\",\"client\":\"([^\"]+)\",\"server\":\"([^\"]+)\","
                    + "\"instance\":(\\d+),\"end\":\"([^\"]+)\",\"bytesUp\":(\\d+),\"bytesDown\":(\\d+),"
                    + "\"digestUp\":\"(\\w+)\",\"digestDown\":\"(\\w+)\"");

    @TempDir
    private Path folder;

    private ServerSocket echo;
    private EmbeddedSocksServer server;

    /// What one flow came to.
    private record Outcome(long bytesUp, long bytesDown, String digestUp, String digestDown) {}

    @BeforeEach
    void startServers() throws IOException {
        echo = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::acceptAll);
        InetSocketAddress destination = new InetSocketAddress(InetAddress.getLoopbackAddress(), echo.getLocalPort());
        server = EmbeddedSocksServer.start(SocksServerOptions.onLoopback().withTranslation(_ -> destination));
    }

    @AfterEach
    void stopServers() throws IOException {
        server.close();
        echo.close();
    }

    @Test
    void fourShardsDeliverWhatOneDoes() throws IOException, InterruptedException {
        String address = "127.0.0.1:" + server.address().getPort();
        String networks = "198.18.0.0/15,fc00:1::/64";
        Map<String, Outcome> one = replay("--shards", "1", "--socks5", address, "--destination", networks);
        Map<String, Outcome> four = replay("--shards", "4", "--socks5", address, "--destination", networks);
        Map<String, Outcome> simulated = new TreeMap<>();
        for (String capture : CAPTURES) {
            simulated.putAll(replayOf(List.of(capture)));
        }

        assertThat(four).hasSizeGreaterThan(80).isEqualTo(one);
        assertThat(four).allSatisfy((flow, outcome) -> {
            assertThat(outcome.digestDown()).as("%s: what came back", flow).isEqualTo(outcome.digestUp());
            Outcome withoutThreads = simulated.get(flow);
            assertThat(withoutThreads).isNotNull();
            assertThat(outcome.digestUp()).as("%s: what went up", flow).isEqualTo(withoutThreads.digestUp());
        });
    }

    private Map<String, Outcome> replay(String... options) throws IOException, InterruptedException {
        return replayOf(CAPTURES, options);
    }

    private Map<String, Outcome> replayOf(List<String> captures, String... options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(RuntimeImage.command());
        command.addAll(List.of("replay", "--json"));
        command.addAll(List.of(options));
        captures.forEach(name -> command.add(Captures.file(name).toString()));
        Path output = folder.resolve("report.json");
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).isZero();
        return outcomes(Files.readString(output));
    }

    /// Flows that the client cut with RST are left out: how much was under way then is a matter of time.
    private static Map<String, Outcome> outcomes(String json) {
        Map<String, Outcome> outcomes = new TreeMap<>();
        Matcher flows = FLOW.matcher(json);
        while (flows.find()) {
            boolean isCut = flows.group(4).startsWith("reset by client");
            if (!isCut) {
                String name = flows.group(1) + ">" + flows.group(2) + " " + flows.group(3);
                outcomes.put(
                        name,
                        new Outcome(
                                Long.parseLong(flows.group(5)),
                                Long.parseLong(flows.group(6)),
                                flows.group(7),
                                flows.group(8)));
            }
        }
        return outcomes;
    }

    private void acceptAll() {
        while (!echo.isClosed()) {
            try {
                Socket client = echo.accept();
                Thread.ofVirtual().start(() -> sendBack(client));
            } catch (IOException e) {
                // closed at the end of the test
                return;
            }
        }
    }

    private static void sendBack(Socket client) {
        try (client) {
            client.getInputStream().transferTo(client.getOutputStream());
            client.shutdownOutput();
        } catch (IOException e) {
            // the client has cut the connection, as some captured clients do
            return;
        }
    }
}
