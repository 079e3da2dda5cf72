// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.Tunnel;
import io.socks5tunnel.api.TunnelStatistics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The steps and their judgement, without a tunnel: connections go straight to the web server.
class DemoTest {
    private static final int ENDLESS = 2;
    private static final int REFUSAL = 5;
    private static final int CARRIED = 6;

    private final EndlessContent content = new EndlessContent(1);
    private final List<StepResult> told = new ArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    /// Connects to the web server, and says that a tunnel has carried `counted` bytes.
    private static final class StraightNetwork implements DemoNetwork {
        final InetSocketAddress web;
        final InetSocketAddress other;
        final long counted;

        StraightNetwork(InetSocketAddress web, InetSocketAddress other, long counted) {
            this.web = web;
            this.other = other;
            this.counted = counted;
        }

        @Override
        public ByteChannel connect(InetSocketAddress destination) throws IOException {
            return SocketChannel.open(destination.equals(web) ? web : other);
        }

        @Override
        public Tunnel tunnel() {
            return new CountedTunnel(counted);
        }

        @Override
        public void close() {}
    }

    /// Nothing but counters.
    private record CountedTunnel(long carriedBytes) implements Tunnel {
        @Override
        public String deviceName() {
            return "none";
        }

        @Override
        public int deviceIndex() {
            return 0;
        }

        @Override
        public String description() {
            return "none";
        }

        @Override
        public TunnelStatistics statistics() {
            return new TunnelStatistics(0, 0, 0, 0, 0, 24, 1, 0, 0, carriedBytes, List.of(), Map.of());
        }

        @Override
        public void awaitEnd() {}

        @Override
        public boolean awaitQuiet() {
            return false;
        }

        @Override
        public void close() {}
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
    }

    private WebServer server(EndlessContent of) throws IOException {
        WebServer server = WebServer.start(of);
        open.add(server);
        return server;
    }

    /// Bound, and so nobody else's, but not listening.
    private InetSocketAddress closedPort() throws IOException {
        SocketChannel channel = SocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        open.add(channel);
        return (InetSocketAddress) channel.getLocalAddress();
    }

    private List<StepResult> run(WebServer server, InetSocketAddress other, long counted) throws Exception {
        var network = new StraightNetwork(server.address(), other, counted);
        return new Demo(network, server.address(), content, told::add).run(1);
    }

    @Test
    void allStepsAreRightIfEveryByteIs() throws Exception {
        var results = run(server(content), closedPort(), Long.MAX_VALUE / 2);

        assertThat(results).allMatch(StepResult::isRight).hasSize(7);
        assertThat(results.stream().map(StepResult::bytes).toList())
                .startsWith(1_000L, 10_000_000L)
                .containsSubsequence(50_000_000L, 20_000_000L);
        assertThat(results.get(ENDLESS).bytes()).isPositive();
        assertThat(results.get(REFUSAL).verdict()).isEqualTo("Connection refused");
        assertThat(told).isEqualTo(results);
    }

    @Test
    void otherBytesAreWrongInEveryTransfer() throws Exception {
        var results = run(server(new EndlessContent(2)), closedPort(), Long.MAX_VALUE / 2);

        assertThat(IntStream.range(0, REFUSAL).mapToObj(results::get))
                .noneMatch(StepResult::isRight)
                .allMatch(step -> step.verdict().startsWith("differs at byte "));
    }

    @Test
    void bytesThatPassedTheTunnelByAreWrong() throws Exception {
        var results = run(server(content), closedPort(), 1);

        assertThat(results.subList(0, CARRIED)).allMatch(StepResult::isRight);
        assertThat(results.get(CARRIED).isRight()).isFalse();
        assertThat(results.get(CARRIED).verdict()).startsWith("counted 1 bytes of ");
    }

    @Test
    void aClosedPortThatTakesConnectionsIsWrong() throws Exception {
        var results = run(server(content), server(content).address(), Long.MAX_VALUE / 2);

        assertThat(results.get(REFUSAL).isRight()).isFalse();
        assertThat(results.get(REFUSAL).verdict()).isEqualTo("a closed port took the connection");
    }

    @Test
    void aServerThatIsNotThereIsWrong() throws Exception {
        var closed = closedPort();
        var network = new StraightNetwork(closed, closed, 0);

        var results = new Demo(network, closed, content, told::add).run(1);

        assertThat(results.getFirst().isRight()).isFalse();
        assertThat(results.getFirst().verdict()).isEqualTo("Connection refused");
    }
}
