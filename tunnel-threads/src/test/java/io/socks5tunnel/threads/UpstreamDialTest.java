// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.Socks5Settings;
import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.threads.UpstreamDial.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class UpstreamDialTest {
    private static final SocksTarget TARGET = new SocksTarget.Name("a.example", 80);

    private final FakeReactor reactor = new FakeReactor(false);
    private final OwnConnections connecting = new OwnConnections();
    private int wakeups;

    @Nested
    class ToAnAddress {
        private final UpstreamDial dial = dial("192.0.2.1", false, false);

        @Test
        void needsNoLookUp() {
            assertThat(dial.advance()).isEqualTo(Outcome.UNDER_WAY);

            assertThat(reactor.lookups).isEmpty();
            assertThat(reactor.socket().address)
                    .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 1080));
        }

        @Test
        void handsTheLinkOverWhenTheServerHasConnected() throws Exception {
            dial.advance();
            assertThat(connecting.size()).isEqualTo(1);
            Fixtures.answerHandshake(reactor.socket());
            reactor.await(0);

            assertThat(dial.advance()).isInstanceOf(Outcome.Connected.class);
            assertThat(connecting.size()).isZero();
            assertThat(reactor.socket().isClosed).isFalse();
            assertThat(wakeups).isPositive();
        }

        @Test
        void shakesHandsBeforeItIsToldOfTheConnect() throws Exception {
            reactor.connectsAtOnce = true;

            assertThat(dial.advance()).isEqualTo(Outcome.UNDER_WAY);

            assertThat(reactor.socket().written.toByteArray()).containsExactly(5, 1, 0);
            assertThat(reactor.awaits).isZero();
            assertThat(connecting.size()).isEqualTo(1);
        }

        @Test
        void leavesTheStreamBehindTheReplyToTheLink() throws Exception {
            dial.advance();
            Fixtures.answerHandshake(reactor.socket());
            reactor.socket().deliver(Fixtures.bytes("hello"));
            reactor.await(0);

            Outcome outcome = dial.advance();

            UpstreamLink link = ((Outcome.Connected) outcome).link();
            assertThat(link.isReadable()).isTrue();
            assertThat(readFrom(link, 2)).isEqualTo("he");
            reactor.socket().deliver(Fixtures.bytes(" world"));
            assertThat(readFrom(link, 100)).isEqualTo("llo");
            assertThat(readFrom(link, 100)).isEqualTo(" world");
        }

        @Test
        void survivesOneByteAtATimeBothWays() throws Exception {
            dial.advance();
            FakeSocket socket = reactor.socket();
            socket.connected();
            socket.writeRoom = 0;
            Outcome outcome = Outcome.UNDER_WAY;
            int answered = 0;
            byte[] answers = {5, 0, 5, 0, 0, 1, 10, 0, 0, 1, 0, 80};
            for (int i = 0; i < 40 && outcome.equals(Outcome.UNDER_WAY); i++) {
                int sent = socket.written.size();
                if (sent < 3 || answered >= 2 && sent < 3 + 16) {
                    socket.allowWriting(1);
                } else {
                    socket.deliver(answers[answered++]);
                }
                reactor.await(0);
                outcome = dial.advance();
            }
            assertThat(outcome).isInstanceOf(Outcome.Connected.class);
            assertThat(answered).isEqualTo(answers.length);
        }

        @Test
        void failsWhenItCannotBeReached() throws Exception {
            dial.advance();
            reactor.socket().fail("connection refused");
            reactor.await(0);

            assertThat(dial.advance())
                    .isEqualTo(new Outcome.Failed(new DialFailure.ServerUnreachable("connection refused")));
            assertThat(reactor.socket().isClosed).isTrue();
        }

        @Test
        void failsWhenTheServerHangsUp() throws Exception {
            dial.advance();
            reactor.socket().connected();
            reactor.socket().deliver((byte) 5);
            reactor.socket().endInput();
            reactor.await(0);

            assertThat(dial.advance()).isEqualTo(new Outcome.Failed(new DialFailure.ConnectionLost("end of stream")));
            assertThat(reactor.socket().isClosed).isTrue();
        }

        @Test
        void canBeGivenUpAtAnyTime() throws Exception {
            dial.advance();
            dial.cancel();

            assertThat(reactor.socket().isAborted).isTrue();
            assertThat(dial.advance()).isEqualTo(Outcome.UNDER_WAY);
            assertThat(reactor.sockets).hasSize(1);
        }
    }

    @Nested
    class ToAName {
        private final UpstreamDial dial = dial("proxy.example", false, false);

        @Test
        void triesItsAddressesInOrder() throws Exception {
            dial.advance();
            assertThat(reactor.lookups).containsExactly("proxy.example");
            reactor.refusedConnects = 1;
            reactor.resolved(
                    InetAddress.ofLiteral("192.0.2.1"),
                    InetAddress.ofLiteral("2001:db8::2"),
                    InetAddress.ofLiteral("192.0.2.3"));
            dial.advance();
            assertThat(reactor.socket().address.getAddress()).isEqualTo(InetAddress.ofLiteral("2001:db8::2"));

            reactor.socket().fail("no route");
            reactor.await(0);
            dial.advance();
            assertThat(reactor.socket().address.getAddress()).isEqualTo(InetAddress.ofLiteral("192.0.2.3"));

            Fixtures.answerHandshake(reactor.socket());
            reactor.await(0);
            assertThat(dial.advance()).isInstanceOf(Outcome.Connected.class);
            assertThat(reactor.sockets.getFirst().isClosed).isTrue();
        }

        @Test
        void leavesOutThoseThatFailBeforeItIsTold() {
            dial.advance();
            reactor.brokenConnects = 2;
            reactor.resolved(
                    InetAddress.ofLiteral("192.0.2.1"),
                    InetAddress.ofLiteral("2001:db8::2"),
                    InetAddress.ofLiteral("192.0.2.3"));

            assertThat(dial.advance()).isEqualTo(Outcome.UNDER_WAY);

            assertThat(reactor.socket().address.getAddress()).isEqualTo(InetAddress.ofLiteral("192.0.2.3"));
            assertThat(reactor.sockets).extracting(socket -> socket.isClosed).containsExactly(true, true, false);
            assertThat(connecting.size()).isEqualTo(1);
        }

        @Test
        void failsIfThereIsNone() {
            dial.advance();
            reactor.resolved();

            assertThat(dial.advance()).isEqualTo(new Outcome.Failed(new DialFailure.ServerUnresolved("proxy.example")));
        }

        @Test
        void isLookedUpForEveryDial() {
            dial.advance();
            dial("proxy.example", false, false).advance();

            assertThat(reactor.lookups).hasSize(2);
        }

        @Test
        void anAnswerAfterTheEndIsIgnored() {
            dial.advance();
            dial.cancel();

            reactor.resolved(InetAddress.ofLiteral("192.0.2.1"));
            dial.advance();

            assertThat(reactor.sockets).isEmpty();
        }
    }

    @Nested
    class InPipelineMode {
        @Test
        void everythingIsWrittenAtOnce() throws Exception {
            UpstreamDial dial = dial("192.0.2.1", true, false);
            dial.advance();
            reactor.socket().connected();
            reactor.await(0);
            dial.advance();

            assertThat(reactor.socket().written.size()).isEqualTo(3 + 5 + 9 + 2);
        }
    }

    @Nested
    class WithFastOpen {
        @Test
        void aFailureOfTheFirstWriteMeansTheNextAddress() throws Exception {
            UpstreamDial dial = dial("proxy.example", false, true);
            dial.advance();
            reactor.resolved(InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("192.0.2.2"));
            dial.advance();
            reactor.socket().connected();
            reactor.socket().writeRoom = 0;
            reactor.await(0);
            dial.advance();
            reactor.socket().fail("connection refused");
            reactor.await(0);
            dial.advance();

            assertThat(reactor.sockets).hasSize(2);
        }
    }

    @Test
    void failsIfNoServerIsConfigured() {
        UpstreamDial dial = new Dialer(Socks5Settings.NONE, reactor, connecting, new Slab()).dial(TARGET, () -> {});

        assertThat(dial.advance()).isEqualTo(new Outcome.Failed(new DialFailure.NoServer()));
        assertThat(reactor.lookups).isEmpty();
    }

    private static String readFrom(UpstreamLink link, int mostBytes) throws IOException {
        Slab slab = new Slab();
        GatherList ranges = new GatherList();
        ranges.add(slab, 0, mostBytes);
        byte[] bytes = new byte[link.read(ranges)];
        slab.bytes().get(0, bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private UpstreamDial dial(String server, boolean pipeline, boolean tcpFastOpen) {
        var settings = new Socks5Settings(
                server, 1080, Optional.empty(), Optional.empty(), pipeline, Optional.empty(), 0, tcpFastOpen);
        return new Dialer(settings, reactor, connecting, new Slab()).dial(TARGET, () -> wakeups++);
    }
}
