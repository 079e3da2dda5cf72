// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScriptedSocksServerTest {
    private static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 1080);
    private static final byte[] REQUEST = {5, 1, 0, 1, 10, 9, 0, 1, 0, 80};

    private final VirtualClock clock = new VirtualClock(0);
    private final SimNetwork network = new SimNetwork(clock, new SeededRandom(1));
    private final ByteArrayOutputStream answers = new ByteArrayOutputStream();
    private ScriptedSocksServer server;
    private SimConnection client;
    private boolean hasEnded;
    private boolean hasFailed;
    private int pieces;

    /// Reads everything that comes.
    private final class Reader implements SimConnection.Listener {
        @Override
        public void onReadable() {
            try {
                answers.writeBytes(client.readAll());
                pieces++;
            } catch (IOException e) {
                hasFailed = true;
            }
        }

        @Override
        public void onEnded() {
            hasEnded = true;
        }

        @Override
        public void onWritable() {}

        @Override
        public void onFailed() {
            hasFailed = true;
        }
    }

    private void connect(SocksScript script) {
        server = new ScriptedSocksServer(clock, script);
        network.listen(SERVER, server::accept);
        client = network.connect(SERVER);
        client.listener(new Reader());
        settle();
    }

    private byte[] exchange(int... octets) throws IOException {
        client.write(SocksTestClient.octets(octets));
        settle();
        byte[] came = answers.toByteArray();
        answers.reset();
        return came;
    }

    private byte[] exchange(byte[] bytes) throws IOException {
        client.write(bytes);
        settle();
        byte[] came = answers.toByteArray();
        answers.reset();
        return came;
    }

    private void settle() {
        boolean isGoingOn = true;
        while (isGoingOn) {
            isGoingOn = clock.runNext();
        }
    }

    @Test
    void anHonestServerEchoesAndRemembersTheRequest() throws IOException {
        connect(SocksScript.HONEST);
        assertThat(exchange(5, 1, 0)).containsExactly(5, 0);
        assertThat(exchange(REQUEST)).startsWith(5, 0, 0, 1).hasSize(10);
        assertThat(exchange(1, 2, 3)).containsExactly(1, 2, 3);
        assertThat(server.sessions().getFirst().requested())
                .isEqualTo(new SocksDestination(InetAddress.ofLiteral("10.9.0.1"), "", 80));
        assertThat(server.sessions().getFirst().command()).isEqualTo(1);
        assertThat(server.sessions().getFirst().received()).isEqualTo(3);

        client.shutdownOutput();
        settle();
        assertThat(hasEnded).isTrue();
    }

    @Test
    void everythingAtOnceIsUnderstood() throws IOException {
        connect(SocksScript.HONEST.withCredentials("u", "p"));
        byte[] came = exchange(SocksTestClient.concat(
                SocksTestClient.octets(5, 1, 2, 1, 1, 'u', 1, 'p'), REQUEST, SocksTestClient.octets(42)));
        assertThat(came).startsWith(5, 2, 1, 0, 5, 0, 0, 1).endsWith(42).hasSize(15);
    }

    @Test
    void wrongCredentialsAreRefused() throws IOException {
        connect(SocksScript.HONEST.withCredentials("u", "p"));
        assertThat(exchange(5, 1, 2)).containsExactly(5, 2);
        assertThat(exchange(1, 1, 'u', 1, 'x')).containsExactly(1, 1);
    }

    @Test
    void aRefusalIsRepliedAndTheConnectionClosed() throws IOException {
        connect(SocksScript.HONEST.withReply(SocksReply.CONNECTION_REFUSED));
        exchange(5, 1, 0);
        assertThat(exchange(REQUEST)).startsWith(5, 5, 0, 1);
        assertThat(hasEnded).isTrue();
    }

    @Test
    void answersCanComeByteByByteAndLate() throws IOException {
        connect(SocksScript.HONEST.withPace(1_000_000_000L, true));
        assertThat(exchange(5, 1, 0)).containsExactly(5, 0);
        assertThat(pieces).isEqualTo(2);
        assertThat(exchange(REQUEST)).hasSize(10);
        assertThat(pieces).isEqualTo(12);
        assertThat(clock.nowNanos()).isGreaterThan(12_000_000_000L);
    }

    @Test
    void aSourceIsGluedToAReplyWithAName() throws IOException {
        SeededContent content = new SeededContent(3);
        connect(SocksScript.HONEST
                .withReplyShape(true, SocksDestination.NAME)
                .withDestination(new SocksScript.Destination.Source(content, 100_000, new SeededContent(4))));
        exchange(5, 1, 0);
        byte[] came = exchange(REQUEST);
        int head = 4 + 1 + "bound.example".length() + 2;
        assertThat(came).startsWith(5, 0, 0, 3).hasSize(head + 100_000);
        assertThat(content.mismatch(0, came, head, 100_000)).isEqualTo(-1);
        assertThat(hasEnded).isTrue();
        exchange(new SeededContent(4).bytes(0, 500));
        assertThat(server.sessions().getFirst().mismatchAt()).isEqualTo(-1);
        exchange(new byte[500]);
        assertThat(server.sessions().getFirst().mismatchAt()).isGreaterThanOrEqualTo(500);
    }

    @Test
    void aSinkComparesAndEnds() throws IOException {
        SeededContent content = new SeededContent(3);
        connect(SocksScript.HONEST.withDestination(new SocksScript.Destination.Sink(content, 1000)));
        exchange(5, 1, 0);
        exchange(REQUEST);
        exchange(content.bytes(0, 999));
        assertThat(hasEnded).isFalse();
        exchange(content.bytes(999, 1));
        assertThat(hasEnded).isTrue();
        assertThat(server.sessions().getFirst().mismatchAt()).isEqualTo(-1);
    }

    static Stream<SocksScript.Step> steps() {
        return Arrays.stream(SocksScript.Step.values());
    }

    @ParameterizedTest
    @MethodSource("steps")
    void aFaultHappensWhereItShould(SocksScript.Step step) throws IOException {
        for (SocksScript.FaultKind kind : SocksScript.FaultKind.values()) {
            answers.reset();
            hasEnded = false;
            hasFailed = false;
            connect(SocksScript.HONEST.withCredentials("u", "p").withFault(step, kind));
            if (!hasFailed) {
                client.write(SocksTestClient.concat(
                        SocksTestClient.octets(5, 1, 2, 1, 1, 'u', 1, 'p'), REQUEST, SocksTestClient.octets(42)));
            }
            settle();
            int before = switch (step) {
                case ACCEPT, METHOD -> 0;
                case CREDENTIALS -> 2;
                case REPLY -> 4;
                case RELAY -> 14;
            };
            boolean isGarbage = kind == SocksScript.FaultKind.GARBAGE;
            boolean isReset = kind == SocksScript.FaultKind.RESET;
            assertThat(hasFailed)
                    .as(kind + " fails")
                    .isEqualTo(isReset || kind == SocksScript.FaultKind.CLOSE && step == SocksScript.Step.ACCEPT);
            if (!isReset) {
                assertThat(answers.size()).as(kind + " answers").isEqualTo(before + (isGarbage ? 12 : 0));
            }
            if (kind == SocksScript.FaultKind.CLOSE) {
                assertThat(hasEnded).isTrue();
            }
        }
    }
}
